# A group's channels are kept as each is decoded, where none is read again: neither by a transform of the group nor by a tree.
edit(modular/options.h [[
struct ModularOptions {
]] [[
struct ModularOptions {
  // Called with the number of each channel that is decoded and not read again.
  const std::function<Status(size_t)>* channel_done = nullptr;
  bool undoes_transforms = true;  // of the image, which reads channels

]])
edit(modular/options.h [[
#include <vector>
]] [[
#include <functional>
#include <vector>

#include "lib/jxl/base/status.h"
]])
edit(modular/encoding/encoding.cc [[
  uint32_t fl_run = 0;
  uint32_t fl_v = 0;
  for (; next_channel]] [[
  uint32_t fl_run = 0;
  uint32_t fl_v = 0;
  bool is_read_again = !image.transform.empty() && options->undoes_transforms;
  for (const PropertyDecisionNode &node : *tree) {
    if (node.property >= static_cast<int>(kNumNonrefProperties)) is_read_again = true;
  }
  for (; next_channel]])
edit(modular/encoding/encoding.cc [[
      if (!allow_truncated_group) return JXL_FAILURE("Truncated input");
      return Status(StatusCode::kNotEnoughBytes);
    }
]] [[
      if (!allow_truncated_group) return JXL_FAILURE("Truncated input");
      return Status(StatusCode::kNotEnoughBytes);
    }
    if (options->channel_done != nullptr && !is_read_again) {
      JXL_RETURN_IF_ERROR((*options->channel_done)(next_channel));
    }
]])
edit(dec_modular.cc [[
  options.group_dim = frame_dim.group_dim;
  Status dec_status]] [[
  options.group_dim = frame_dim.group_dim;
  options.undoes_transforms = false;
  tiles.clear();
  const std::function<Status(size_t)> keep = [&](size_t c) -> Status {
    const bool is_kept = c >= gi.nb_meta_channels && KeepsGlobalTiles(frame_header, gi);
    return is_kept ? KeepGlobal(gi, c) : Status(true);
  };
  options.channel_done = &keep;
  Status dec_status]])
edit(dec_modular.cc [[
      JXL_ASSIGN_OR_RETURN(
          Channel gc, Channel::Create(memory_manager_, r.xsize(), r.ysize()));
      if (zerofill) ZeroFillImage(&gc.plane);
]] [[
      JXL_ASSIGN_OR_RETURN(Channel gc, Channel::Create(memory_manager_, 1, 1));
      gc.w = r.xsize();
      gc.h = r.ysize();
      if (zerofill) {
        JXL_RETURN_IF_ERROR(gc.shrink());
        ZeroFillImage(&gc.plane);
      }
      places.emplace_back(c, r);
]])
edit(dec_modular.cc [[
  size_t beginc = c;
]] [[
  size_t beginc = c;
  std::vector<std::pair<size_t, Rect>> places;  // of the group's channels, in those of the frame
  const std::function<Status(size_t)> keep = [&](size_t i) -> Status {
    Plane<pixel_type>& plane = gi.channel[i].plane;
    if (plane.xsize() == 0) return true;
    const Channel& fc = full_image.channel[places[i].first];
    JXL_RETURN_IF_ERROR(tiles[places[i].first].Store(
        places[i].second, rect.xsize() >> fc.hshift, rect.ysize() >> fc.vshift, plane));
    plane = Plane<pixel_type>();
    return true;
  };
]])
edit(dec_modular.cc [[
  ModularOptions options;
  if (!zerofill) {
    auto status]] [[
  ModularOptions options;
  if (use_full_image) options.channel_done = &keep;
  if (!zerofill) {
    auto status]])
edit(dec_modular.cc [[
    JXL_RETURN_IF_ERROR(
        tiles[c].Store(r, rect.xsize() >> fc.hshift, rect.ysize() >> fc.vshift, gi.channel[gic].plane));
    gi.channel[gic].plane = Plane<pixel_type>();
    gic++;]] [[
    JXL_RETURN_IF_ERROR(keep(gic));
    gic++;]])
# What frames are rendered in that are put together by rows is made when all groups are decoded, and has a few rows at a time.
edit(dec_cache.h [[
  FrameDimensions rendered_dim;  // the frame's, or with other groups
]] [[
  FrameDimensions rendered_dim;  // the frame's, or with other groups
  bool renders_by_rows = false;
]])
edit(dec_frame.cc [[
    if (modular_frame_decoder_.RendersByRows(frame_header_)) {
      rendered.group_dim]] [[
    dec_state_->renders_by_rows = modular_frame_decoder_.RendersByRows(frame_header_);
    if (dec_state_->renders_by_rows) {
      rendered.group_dim]])
edit(dec_frame.cc [[
  RenderPipelineInput render_pipeline_input =
      dec_state_->render_pipeline->GetInputBuffers(ac_group_id, thread);
]] [[
  RenderPipelineInput render_pipeline_input;
  if (!dec_state_->renders_by_rows) {
    render_pipeline_input = dec_state_->render_pipeline->GetInputBuffers(ac_group_id, thread);
  }
]])
edit(dec_frame.h [[
    if (dec_state_->render_pipeline) {
]] [[
    if (dec_state_->render_pipeline && !dec_state_->renders_by_rows) {
]])
edit(dec_cache.cc [[
  render_pipeline->renders_strips = frame_header.encoding == FrameEncoding::kVarDCT &&
                                    num_c]] [[
  const bool has_blocks = frame_header.encoding == FrameEncoding::kVarDCT;
  render_pipeline->renders_strips = (has_blocks || renders_by_rows) && num_c]])
# Their X is zero as long as no strip has another.
edit(dec_modular.cc [[
      size_t c_in = c;
      if (frame_header.color_transform]] [[
      if (render_pipeline_input.LeavesOut(c)) continue;
      size_t c_in = c;
      if (frame_header.color_transform]])
# Of a modular frame all blocks are smoothed alike: one row says how much.
edit(dec_cache.h [[shared->frame_dim.ysize_blocks + 2 * kSigmaPadding]]
  [[(frame_header.encoding == FrameEncoding::kModular
               ? 1
               : shared->frame_dim.ysize_blocks + 2 * kSigmaPadding)]])
edit(render_pipeline/stage_epf.cc [[sigma_->Row(ypos / kBlockDim + kSigmaPadding)]]
  [[sigma_->Row(std::min(ypos / kBlockDim + kSigmaPadding, sigma_->ysize() - 1))]])
