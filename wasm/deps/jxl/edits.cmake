# The library begins each modular frame by a picture of 32 bits a sample, and lets go of it where, as mostly, groups of 256 x 256
# are decoded alone: four sizes of an 8-bit frame for nothing, for a WebAssembly heap never shrinks. Here its planes are made
# when something is decoded into them, or where the picture is kept.
function(edit source from to)
  set(edited "${generated}/lib/jxl/${source}")
  if(NOT EXISTS "${edited}")
    configure_file("${lib}/jxl/${source}" "${edited}" COPYONLY)
    if(source MATCHES "\\.cc$")
      list(REMOVE_ITEM JPEGXL_INTERNAL_DEC_SOURCES "${lib}/jxl/${source}")
      list(APPEND JPEGXL_INTERNAL_DEC_SOURCES "${edited}")
      set(JPEGXL_INTERNAL_DEC_SOURCES "${JPEGXL_INTERNAL_DEC_SOURCES}" PARENT_SCOPE)
    endif()
  endif()
  file(READ "${edited}" text)
  string(FIND "${text}" "${from}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${source} of this libjxl is another than the one that this edit is for")
  endif()
  string(REPLACE "${from}" "${to}" text "${text}")
  file(WRITE "${edited}" "${text}")
endfunction()
file(REMOVE_RECURSE "${generated}/lib")
edit(dec_modular.cc [[
      Image::Create(memory_manager, frame_dim.xsize, frame_dim.ysize,
                    metadata.bit_depth.bits_per_sample, nb_chans + nb_extra));
]] [[
      Image::Create(memory_manager, 1, 1,
                    metadata.bit_depth.bits_per_sample, nb_chans + nb_extra));
  gi.w = frame_dim.xsize;
  gi.h = frame_dim.ysize;
  for (Channel& ch : gi.channel) {
    ch.w = gi.w;
    ch.h = gi.h;
  }
]])
edit(dec_modular.cc [[
  JXL_DEBUG_V(6, "DecodeGlobalInfo: full_image (w/o transforms) %s",]] [[
  is_plain = all_same_shift;
  for (const Channel& ch : gi.channel) {
    if (ch.w != gi.w || ch.h != gi.h || ch.hshift != 0 || ch.vshift != 0) is_plain = false;
  }
  JXL_DEBUG_V(6, "DecodeGlobalInfo: full_image (w/o transforms) %s",]])
edit(dec_modular.cc [[
  full_image = std::move(gi);
]] [[
  JXL_RETURN_IF_ERROR(MakeTiles(frame_header, gi));
  keeps_tiles = KeepsTiles(frame_header, gi);
  full_image = std::move(gi);
]])
edit(modular/transform/squeeze.cc [[
      JXL_RETURN_IF_ERROR(image.channel[c].shrink());
      JXL_ASSIGN_OR_RETURN(Channel placeholder,
                           Channel::Create(memory_manager, w, h));
]] [[
      JXL_ASSIGN_OR_RETURN(image.channel[c].plane,
                           Plane<pixel_type>::Create(memory_manager, 1, 1));
      JXL_ASSIGN_OR_RETURN(Channel placeholder,
                           Channel::Create(memory_manager, 1, 1));
      placeholder.w = w;
      placeholder.h = h;
]])
# What can be put together only when all groups are there (squeezes) is kept in tiles, one to two bytes a sample, and put together
# a row of groups at a time.
edit(dec_modular.h [[
#include "lib/jxl/modular/modular_image.h"]] [[
#include "lib/jxl/modular/modular_image.h"
#include "unsqueezed_rows.h"]])
edit(dec_modular.h [[
  bool UsesFullImage() const { return use_full_image; }]] [[
  bool UsesFullImage() const { return use_full_image; }
  bool RendersByRows(const FrameHeader& frame_header) const;]])
edit(dec_modular.h [[
  JxlMemoryManager* memory_manager_;
  Image full_image;]] [[
  static constexpr size_t kStripRows = 8, kTileColumns = 128;
  bool KeepsGlobalTiles(const FrameHeader& frame_header, const Image& gi) const;
  ChannelPlace GlobalPlace(const Image& gi, size_t c);
  static ChannelPlace GroupPlace(const Image& group, size_t c, const std::vector<ChannelPlace>& kept,
                                 std::vector<SampleTiles>* decoded);
  Status StoreGroup(const Image& group, const weighted::Header& header,
                    const std::vector<ChannelPlace>& kept, std::vector<SampleTiles>* decoded) const;
  Status MakeTiles(const FrameHeader& frame_header, Image& gi);
  Status MakePlanes(Image& gi);
  bool KeepsTiles(const FrameHeader& frame_header, const Image& gi) const;
  Status UndoSqueezes(Image& gi, size_t before, std::vector<RowSourcePtr>* rows);
  Status FinalizeByRows(const FrameHeader& frame_header, PassesDecoderState* dec_state, Image& gi);
  StatusOr<Image> LoadPart(const std::vector<SampleTiles>& from, const Rect& rect) const;
  Status StoreStrip(const Image& full, size_t y, size_t count, const std::vector<RowSourcePtr>& rows,
                    UndoneLookups* lookups, std::vector<SampleTiles>* band) const;
  std::vector<SampleTiles> tiles;  // of the channels that have no plane
  bool is_plain = false;           // before transforms, all channels have the frame's size
  bool keeps_tiles = false;        // though its groups could be rendered as they are decoded
  JxlMemoryManager* memory_manager_;
  Image full_image;]])
edit(dec_modular.cc [[
      for (size_t y = 0; y < r.ysize(); ++y) {
        pixel_type* const JXL_RESTRICT row_out = r.Row(&fc.plane, y);
        memset(row_out, 0, r.xsize() * sizeof(*row_out));
      }]] [[
      // tiles that are missing are zero]])
edit(dec_modular.cc [[
        CopyImageTo(/*rect_from=*/Rect(0, 0, r.xsize(), r.ysize()),
                    /*from=*/gi.channel[gic].plane,
                    /*rect_to=*/r, /*to=*/&fc.plane));
]] [[
        tiles[c].Store(r, rect.xsize() >> fc.hshift, rect.ysize() >> fc.vshift, gi.channel[gic].plane));
    gi.channel[gic].plane = Plane<pixel_type>();
]])
edit(dec_modular.cc [[
Status ModularFrameDecoder::FinalizeDecoding(const FrameHeader& frame_header,]] [[
}  // namespace jxl
#include "finalize_by_rows.h"
namespace jxl {
Status ModularFrameDecoder::FinalizeDecoding(const FrameHeader& frame_header,]])
edit(dec_modular.cc [[
  if (inplace) {
    gi = std::move(full_image);
  } else {
    JXL_ASSIGN_OR_RETURN(gi, Image::Clone(full_image));
  }]] [[
  if (!inplace) return JXL_FAILURE("Samples are read once");
  const bool renders_by_rows = RendersByRows(frame_header);
  gi = std::move(full_image);]])
edit(dec_modular.cc [[
  // Undo the global transforms
]] [[
  if (renders_by_rows) return FinalizeByRows(frame_header, dec_state, gi);
  JXL_RETURN_IF_ERROR(MakePlanes(gi));

  // Undo the global transforms
]])
# Palettes without prediction are looked up sample by sample, as colour transforms are undone: each group does it alone, in
# front of its channels the palettes, so that no picture of the whole is kept for them either.
edit(dec_modular.cc [[
    if (gi.transform.size() == 1 && gi.transform[0].id == TransformId::kRCT) {
      global_transform = gi.transform;]] [[
    bool is_groupwise = !KeepsTiles(frame_header, gi);
    for (const Transform& t : gi.transform) {
      if (t.id != TransformId::kRCT && !IsLookup(t)) is_groupwise = false;
    }
    if (is_groupwise) {
      global_transform = gi.transform;]])
edit(dec_modular.cc [[
  if (full_image.transform.empty() && !have_something && all_same_shift) {
    use_full_image = false;]] [[
  if (full_image.transform.empty() && !have_something && all_same_shift && !keeps_tiles) {
    use_full_image = false;]])
edit(dec_modular.cc [[
    for (auto& ch : full_image.channel) {
      // keep metadata on channels around, but dealloc their planes
      ch.plane = Plane<pixel_type>();
    }]] [[
    for (size_t c = full_image.nb_meta_channels; c < full_image.channel.size(); c++) {
      full_image.channel[c].plane = Plane<pixel_type>();
    }]])
edit(dec_modular.cc [[
    for (const auto& t : global_transform) {
      JXL_RETURN_IF_ERROR(t.Inverse(gi, global_header.wp_header));
    }]] [[
    gi.nb_meta_channels = full_image.nb_meta_channels;
    for (size_t m = 0; m < full_image.nb_meta_channels; m++) {
      const Channel& from = full_image.channel[m];
      JXL_ASSIGN_OR_RETURN(
          Channel meta, Channel::Create(memory_manager_, from.w, from.h, from.hshift, from.vshift));
      JXL_RETURN_IF_ERROR(CopyImageTo(from.plane, &meta.plane));
      gi.channel.insert(gi.channel.begin() + m, std::move(meta));
    }
    for (size_t t = global_transform.size(); t-- > 0;) {
      JXL_RETURN_IF_ERROR(global_transform[t].Inverse(gi, global_header.wp_header));
    }]])
# Of each group, the pixels at its edges are kept for its neighbours, their count rounded up to the widest vector of any
# machine. Here vectors are four floats wide everywhere, as on ARM. And they are kept of the row of groups above and of the group
# at the left alone, for one thread renders the groups in their order; where one is missing, input is.
set(pipeline render_pipeline/low_memory_render_pipeline)
edit(${pipeline}.cc [[
#if JXL_ARCH_ARM
  constexpr size_t kGroupXAlign = 4;]] [[
#if 1
  constexpr size_t kGroupXAlign = 4;]])
edit(${pipeline}.cc [[
  if (gy > 0) {
    Rect from(group_data_x_border_, group_data_y_border_, x1 - x0,
              bordery_write);
    Rect to(x0, (gy * 2 - 1) * bordery_write, x1 - x0, bordery_write);
    JXL_RETURN_IF_ERROR(CopyImageTo(from, in, to, &borders_horizontal_[c]));
  }
]] "\n")
edit(${pipeline}.cc [[Rect to(x0, (gy * 2) * bordery_write, x1 - x0, bordery_write);]]
  [[Rect to(x0, (gy % 2) * bordery_write, x1 - x0, bordery_write);]])
edit(${pipeline}.cc [[
  if (gx > 0) {
    Rect from(group_data_x_border_, group_data_y_border_, borderx_write,
              y1 - y0);
    Rect to((gx * 2 - 1) * borderx_write, y0, borderx_write, y1 - y0);
    JXL_RETURN_IF_ERROR(CopyImageTo(from, in, to, &borders_vertical_[c]));
  }
]] "\n")
edit(${pipeline}.cc [[Rect to((gx * 2) * borderx_write, y0, borderx_write, y1 - y0);]]
  [[Rect to((gx % 2) * borderx_write, 0, borderx_write, y1 - y0);]])
edit(${pipeline}.cc [[
    JXL_ENSURE(gy > 0);
    JXL_RETURN_IF_ERROR(CopyImageTo(
        Rect(x0src, (gy * 2 - 2) * bordery_write, x1src - x0src, bordery_write),
        borders_horizontal_[c],
        Rect(group_data_x_border_ + x0src - x0,
             group_data_y_border_ - bordery_write, x1src - x0src,
             bordery_write),
        out));]] [[
    JXL_ENSURE(gy > 0);
    // The corner, too, of the group above at the left.
    const size_t xabove = x0src < x0 ? x0 - borderx_write : x0src;
    JXL_RETURN_IF_ERROR(CopyImageTo(
        Rect(xabove, ((gy - 1) % 2) * bordery_write, x1src - xabove, bordery_write),
        borders_horizontal_[c],
        Rect(group_data_x_border_ + xabove - x0,
             group_data_y_border_ - bordery_write, x1src - xabove,
             bordery_write),
        out));]])
edit(${pipeline}.cc [[
    // When copying the bottom border we must not be on the bottom groups.
    JXL_ENSURE(gy + 1 < frame_dimensions_.ysize_groups);
    JXL_RETURN_IF_ERROR(CopyImageTo(
        Rect(x0src, (gy * 2 + 1) * bordery_write, x1src - x0src, bordery_write),
        borders_horizontal_[c],
        Rect(group_data_x_border_ + x0src - x0, group_data_y_border_ + y1 - y0,
             x1src - x0src, bordery_write),
        out));]] [[
    return JXL_FAILURE("The group below is rendered later");]])
edit(${pipeline}.cc [[
    JXL_RETURN_IF_ERROR(CopyImageTo(
        Rect((gx * 2 - 2) * borderx_write, y0src, borderx_write, y1src - y0src),
        borders_vertical_[c],
        Rect(group_data_x_border_ - borderx_write,
             group_data_y_border_ + y0src - y0, borderx_write, y1src - y0src),
        out));]] [[
    const size_t ybeside = std::max(y0src, y0);
    if (ybeside < y1src) {
      JXL_RETURN_IF_ERROR(CopyImageTo(
          Rect(((gx - 1) % 2) * borderx_write, ybeside - y0, borderx_write, y1src - ybeside),
          borders_vertical_[c],
          Rect(group_data_x_border_ - borderx_write,
               group_data_y_border_ + ybeside - y0, borderx_write, y1src - ybeside),
          out));
    }]])
edit(${pipeline}.cc [[
    // When copying the right border we must not be on the rightmost groups.
    JXL_ENSURE(gx + 1 < frame_dimensions_.xsize_groups);
    JXL_RETURN_IF_ERROR(CopyImageTo(
        Rect((gx * 2 + 1) * borderx_write, y0src, borderx_write, y1src - y0src),
        borders_vertical_[c],
        Rect(group_data_x_border_ + x1 - x0, group_data_y_border_ + y0src - y0,
             borderx_write, y1src - y0src),
        out));]] [[
    return JXL_FAILURE("The group at the right is rendered later");]])
edit(${pipeline}.cc [[size_t num_xborders = (frame_dimensions_.xsize_groups - 1) * 2;]]
  [[size_t num_xborders = frame_dimensions_.xsize_groups > 1 ? 2 : 0;]])
edit(${pipeline}.cc [[size_t num_yborders = (frame_dimensions_.ysize_groups - 1) * 2;]]
  [[size_t num_yborders = frame_dimensions_.ysize_groups > 1 ? 2 : 0;]])
edit(${pipeline}.cc [[Rect vertical = Rect(0, 0, borderx * num_xborders, downsampled_ysize);]]
  [[Rect vertical = Rect(0, 0, borderx * num_xborders, std::min(downsampled_ysize, GroupInputYSize(c)));]])
edit(${pipeline}.cc [[
  // Copy the group borders to the border storage.
  for (size_t c = 0; c < input_data.size(); c++) {]] [[
  if (group_id > next_group_) {
    has_gap_ = true;
    return true;
  }
  if (has_gap_ || group_id < next_group_) return JXL_FAILURE("Groups out of order");
  next_group_++;

  // Copy the group borders to the border storage.
  for (size_t c = 0; c < input_data.size(); c++) {
    if (input_data[c].xsize() == 0) continue;]])
# The three float planes of a grey frame without transform are one: no step reads the others.
edit(${pipeline}.h [[
  bool use_group_ids_;
]] [[
  bool use_group_ids_;
  size_t next_group_ = 0;  // the one to be rendered
  bool has_gap_ = false;   // a group after it came
]])
edit(render_pipeline/render_pipeline.h [[
  virtual void ClearDone(size_t i) {}
]] [[
  virtual void ClearDone(size_t i) {}

  // Set where the decoder writes channel 0 alone, if it has no plane of the others.
  bool is_grey_alone = false;

  // Set, where that can be, before threads are prepared for: a group's rows come in strips.
  bool renders_strips = false;
  virtual bool CanRenderStrips() const { return false; }
  virtual Status BeginStrip(size_t group_id, size_t y0, size_t y1, bool is_last) {
    return JXL_FAILURE("No strips");
  }
  virtual Status EndStrip() { return JXL_FAILURE("No strips"); }
  // Set when threads are prepared for, for strips whose channel 0 is zero, and if `repeats_y` channel 2 is channel 1: those are
  // left out. A strip that is otherwise needs AddColours() first.
  bool is_grey = false, repeats_y = false, can_be_grey = false;
  bool LeavesOut(size_t c) const { return is_grey && (c == 0 || (c == 2 && repeats_y)); }
  virtual bool CanRenderGrey() const { return false; }
  virtual Status AddColours() { return JXL_FAILURE("No strips"); }
  virtual Status ReserveStrips(size_t num_rows) { return JXL_FAILURE("No strips"); }
]])
edit(dec_cache.cc [[
  return render_pipeline->IsInitialized();]] [[
  render_pipeline->is_grey_alone = frame_header.encoding == FrameEncoding::kModular &&
                                   frame_header.color_transform == ColorTransform::kNone &&
                                   metadata->color_encoding.IsGray() &&
                                   !metadata->bit_depth.floating_point_sample;
  return render_pipeline->IsInitialized();]])
edit(${pipeline}.cc [[
    for (size_t c = 0; c < shifts.size(); c++) {
      JXL_ASSIGN_OR_RETURN(
          group_data_[t][c],]] [[
    for (size_t c = 0; c < shifts.size(); c++) {
      if (!IsRead(c)) continue;
      JXL_ASSIGN_OR_RETURN(
          group_data_[t][c],]])
edit(${pipeline}.cc [[
    for (size_t c = 0; c < input_data.size(); c++) {
      auto tmp = data_max_color_channel_rect.As<ssize_t>()]] [[
    for (size_t c = 0; c < input_data.size(); c++) {
      if (input_data[c].xsize() == 0) {
        rows[0][c] = RowInfo{nullptr, -1, 0};
        continue;
      }
      auto tmp = data_max_color_channel_rect.As<ssize_t>()]])
edit(${pipeline}.cc [[
    for (size_t c = 0; c < input_data.size(); c++) {
      JXL_RETURN_IF_ERROR(LoadBorders(]] [[
    for (size_t c = 0; c < input_data.size(); c++) {
      if (input_data[c].xsize() == 0) continue;
      JXL_RETURN_IF_ERROR(LoadBorders(]])
edit(dec_modular.cc [[
          if (rgb_from_gray) {
            if (full_image.bitdepth < 23) {]] [[
          if (rgb_from_gray && render_pipeline_input.GetBuffer(1).first->xsize() != 0) {
            if (full_image.bitdepth < 23) {]])
edit(render_pipeline/render_pipeline.h [[
  Status Done();
]] [[
  Status Done();
  // Rows of the group that are put behind the buffers' first row; a group is done after its last.
  bool RendersStrips() const;
  Status ReserveStrips(size_t num_rows);
  bool IsGrey() const;
  bool LeavesOut(size_t c) const;
  Status AddColours();
  Status BeginStrip(size_t y0, size_t y1, bool is_last);
  Status EndStrip();
  // The same buffers' `count` rows from row `y` on.
  RenderPipelineInput Rows(size_t y, size_t count) const {
    RenderPipelineInput part;
    part.pipeline_ = pipeline_;
    part.buffers_ = buffers_;
    for (auto& each : part.buffers_) {
      const Rect& all = each.second;
      each.second = Rect(all.x0(), all.y0() + y, all.xsize(), count, all.x1(), all.y1());
    }
    return part;
  }
]])
# Frames that are put together by rows are rendered in groups of 128 x 128, small ones in groups of 64 x 64, whatever size they are
# coded in.
edit(dec_cache.h [[
  std::unique_ptr<RenderPipeline> render_pipeline;
]] [[
  std::unique_ptr<RenderPipeline> render_pipeline;
  FrameDimensions rendered_dim;  // the frame's, or with other groups
]])
edit(dec_cache.cc [[std::move(builder).Finalize(shared->frame_dim)]] [[std::move(builder).Finalize(rendered_dim)]])
edit(dec_frame.cc [[
    JXL_RETURN_IF_ERROR(dec_state_->PreparePipeline(]] [[
    FrameDimensions& rendered = dec_state_->rendered_dim;
    rendered = frame_dim_;
    if (modular_frame_decoder_.RendersByRows(frame_header_)) {
      rendered.group_dim = rendered.xsize * rendered.ysize <= 1u << 20 ? kGroupDim / 4 : kGroupDim / 2;
      rendered.xsize_groups = DivCeil(rendered.xsize, rendered.group_dim);
      rendered.ysize_groups = DivCeil(rendered.ysize, rendered.group_dim);
      rendered.num_groups = rendered.xsize_groups * rendered.ysize_groups;
    }
    JXL_RETURN_IF_ERROR(dec_state_->PreparePipeline(]])
# Modular frames have neither blocks nor their DC.
edit(passes_state.cc [[
  JXL_ASSIGN_OR_RETURN(
      shared->ac_strategy,
      AcStrategyImage::Create(memory_manager, frame_dim.xsize_blocks,
                              frame_dim.ysize_blocks));]] [[
  const bool has_blocks = frame_header.encoding == FrameEncoding::kVarDCT;
  const size_t xsize_blocks = has_blocks ? frame_dim.xsize_blocks : 0;
  const size_t ysize_blocks = has_blocks ? frame_dim.ysize_blocks : 0;
  JXL_ASSIGN_OR_RETURN(
      shared->ac_strategy,
      AcStrategyImage::Create(memory_manager, xsize_blocks, ysize_blocks));]])
foreach(plane IN ITEMS ImageI ImageB)
  edit(passes_state.cc "${plane}::Create(memory_manager, frame_dim.xsize_blocks,
                                      frame_dim.ysize_blocks)" "${plane}::Create(memory_manager, xsize_blocks, ysize_blocks)")
endforeach()
edit(passes_state.cc [[
                         Image3F::Create(memory_manager, frame_dim.xsize_blocks,
                                         frame_dim.ysize_blocks));]] [[
                         Image3F::Create(memory_manager, xsize_blocks, ysize_blocks));]])
edit(modular/encoding/encoding.cc [[
    JXL_RETURN_IF_ERROR(DecodeModularChannelMAANS(
        br, &reader, *context_map,]] [[
    JXL_RETURN_IF_ERROR(channel.shrink());
    JXL_RETURN_IF_ERROR(DecodeModularChannelMAANS(
        br, &reader, *context_map,]])
