# A channel's rows are kept as they are decoded. Transforms of a group are undone some rows at a time then, where that can be.
edit(modular/options.h [[
struct ModularOptions {
]] [[
struct ChannelPlace;

struct ModularOptions {
  // Where rows of each channel are kept as they are decoded, if they are.
  const std::function<ChannelPlace(size_t)>* places = nullptr;

]])
edit(modular/options.h [[
#include <vector>
]] [[
#include <functional>
#include <vector>
]])
edit(modular/encoding/encoding.h [[
#include "lib/jxl/modular/modular_image.h"
]] [[
#include "channel_rows.h"
#include "lib/jxl/modular/modular_image.h"
]])
edit(modular/encoding/encoding.cc [[
                                 Image *image, uint32_t &fl_run,
]] [[
                                 Image *image, ChannelRows &rows, uint32_t &fl_run,
]])
edit(modular/encoding/encoding.cc [[tree_lut, image, fl_run, fl_v);]] [[tree_lut, image, rows, fl_run, fl_v);]])
edit(modular/encoding/encoding.cc [[channel.Row(]] [[rows.Row(]])
edit(modular/encoding/encoding.cc [[
for (size_t y = 0; y < channel.h; y++) {
]] [[
for (size_t y = 0; y < channel.h; y++) {
      JXL_RETURN_IF_ERROR(rows.Next(y));
]])
edit(modular/encoding/encoding.cc [[
                        properties.size() - kNumNonrefProperties, channel.w));
]] [[
                        properties.size() - kNumNonrefProperties, channel.w));
    JXL_RETURN_IF_ERROR(rows.Refer(DivCeil(references.w, kExtraPropsPerChannel)));
    const auto referred = [&](size_t i, size_t c, size_t y) { return rows.Referred(i, c, y); };
]])
edit(modular/encoding/encoding.cc [[PrecomputeReferences(channel, y, *image, chan, &references);]]
  [[PrecomputeReferences(channel, y, *image, chan, &references, referred);]])
edit(modular/encoding/context_predict.h [[
inline void PrecomputeReferences(const Channel &ch, size_t y,
                                 const Image &image, uint32_t i,
                                 Channel *references) {]] [[
template <class Referred>
inline void PrecomputeReferences(const Channel &ch, size_t y,
                                 const Image &image, uint32_t i,
                                 Channel *references, const Referred &referred) {]])
edit(modular/encoding/context_predict.h [[image.channel[j].Row(y);]]
  [[referred(offset / kExtraPropsPerChannel, j, y);]])
edit(modular/encoding/context_predict.h [[image.channel[j].Row(y ? y - 1 : 0);]]
  [[referred(offset / kExtraPropsPerChannel, j, y ? y - 1 : 0);]])
edit(modular/encoding/encoding.cc [[
    JXL_RETURN_IF_ERROR(channel.shrink());
    JXL_RETURN_IF_ERROR(DecodeModularChannelMAANS(
        br, &reader, *context_map, *tree, header.wp_header, next_channel,
        group_id, *tree_lut, &image, fl_run, fl_v));
]] [[
    ChannelRows rows(image, next_channel, options->places);
    JXL_RETURN_IF_ERROR(rows.Begin());
    JXL_RETURN_IF_ERROR(DecodeModularChannelMAANS(
        br, &reader, *context_map, *tree, header.wp_header, next_channel,
        group_id, *tree_lut, &image, rows, fl_run, fl_v));
    JXL_RETURN_IF_ERROR(rows.End());
]])
edit(dec_modular.cc [[
  options.group_dim = frame_dim.group_dim;
  Status dec_status]] [[
  options.group_dim = frame_dim.group_dim;
  tiles.clear();
  const std::function<ChannelPlace(size_t)> places = [&](size_t c) {
    const bool is_kept = c >= gi.nb_meta_channels && KeepsGlobalTiles(frame_header, gi);
    return is_kept ? GlobalPlace(gi, c) : ChannelPlace();
  };
  options.places = &places;
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
      kept.emplace_back(use_full_image ? &tiles[c] : nullptr, r, rect.xsize() >> fc.hshift,
                        rect.ysize() >> fc.vshift);
]])
edit(dec_modular.cc [[
  size_t beginc = c;
]] [[
  size_t beginc = c;
  std::vector<ChannelPlace> kept;    // of the group's channels
  std::vector<SampleTiles> decoded;  // what transforms of the group make them of
  const std::function<ChannelPlace(size_t)> places = [&](size_t i) {
    return GroupPlace(gi, i, kept, &decoded);
  };
]])
edit(dec_modular.cc [[
  ModularOptions options;
  if (!zerofill) {
    auto status]] [[
  ModularOptions options;
  options.places = &places;
  GroupHeader header;
  if (!zerofill) {
    auto status]])
edit(dec_modular.cc [[
        reader, gi, /*header=*/nullptr, stream.ID(frame_dim), &options,
        /*undo_transforms=*/true, &tree, &code, &context_map, allow_truncated);
    if (!allow_truncated) JXL_RETURN_IF_ERROR(status);
    if (status.IsFatalError()) return status;
]] [[
        reader, gi, &header, stream.ID(frame_dim), &options,
        /*undo_transforms=*/false, &tree, &code, &context_map, allow_truncated);
    if (!allow_truncated) JXL_RETURN_IF_ERROR(status);
    if (status.IsFatalError()) return status;
    if (!decoded.empty()) return StoreGroup(gi, header.wp_header, kept, &decoded);
    gi.undo_transforms(header.wp_header);
    if (gi.error) return JXL_FAILURE("Corrupt file. Aborting.");
    JXL_ENSURE(gi.channel.size() == kept.size());
    for (size_t i = 0; i < kept.size(); i++) {
      JXL_ENSURE(gi.channel[i].w == kept[i].rect.xsize() && gi.channel[i].h == kept[i].rect.ysize());
    }
]])
edit(dec_modular.cc [[
    JXL_RETURN_IF_ERROR(
        tiles[c].Store(r, rect.xsize() >> fc.hshift, rect.ysize() >> fc.vshift, gi.channel[gic].plane));
    gi.channel[gic].plane = Plane<pixel_type>();
    gic++;]] [[
    Plane<pixel_type>& plane = gi.channel[gic].plane;
    if (plane.xsize() != 0) JXL_RETURN_IF_ERROR(kept[gic].StoreAll(plane));
    plane = Plane<pixel_type>();
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
