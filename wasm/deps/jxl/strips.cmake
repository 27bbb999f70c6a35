# Groups are rendered while they are decoded, a strip of rows at a time (render_strips.h): three planes of fractions of a group of
# 256 x 256 are 0.9 MB, three sizes of a frame of 512 x 512 in grey.
edit(render_pipeline/render_pipeline.cc [[
Status RenderPipelineInput::Done() {]] [[
bool RenderPipelineInput::RendersStrips() const { return pipeline_->renders_strips; }

Status RenderPipelineInput::BeginStrip(size_t y0, size_t y1, bool is_last) {
  return pipeline_->BeginStrip(group_id_, y0, y1, is_last);
}

Status RenderPipelineInput::ReserveStrips(size_t num_rows) {
  return pipeline_->ReserveStrips(num_rows);
}

Status RenderPipelineInput::EndStrip() { return pipeline_->EndStrip(); }

Status RenderPipelineInput::Done() {]])
edit(${pipeline}.h [[
  Status RenderPadding(size_t thread_id, Rect rect);
]] [[
  Status RenderPadding(size_t thread_id, Rect rect);
  bool CanRenderStrips() const override;
  Status BeginStrip(size_t group_id, size_t y0, size_t y1, bool is_last) override;
  Status EndStrip() override;
  Status ReserveStrips(size_t num_rows) override;
  bool IsRead(size_t c) const;
  Status EnsureStripBorders();
  void ExchangeBorders(size_t c, ImageF* plane);
  Status RenderStrip();
  std::pair<int, int> RowsOfStrip(const Rect& image_rect, int begin, int end);

  struct Strip {
    size_t group_id = 0, y0 = 0, y1 = 0;  // rows of the group, in the picture's
    bool is_last = false;                 // of its group
    int next_row = 0;                     // to be rendered
  } strip_;
  std::vector<ImageF> corners_;  // of the group above at the left, row behind row
]])
edit(${pipeline}.cc [[
Status LowMemoryRenderPipeline::PrepareForThreadsInternal(size_t num,]] [[
// False for a plane that no stage reads.
bool LowMemoryRenderPipeline::IsRead(size_t c) const {
  if (!is_grey_alone || c == 0 || c > 2) return true;
  for (const auto& stage : stages_) {
    if (stage->SwitchToImageDimensions() ||
        stage->GetChannelMode(c) != RenderPipelineChannelMode::kIgnored) {
      return true;
    }
  }
  return false;
}

}  // namespace jxl
#include "render_strips.h"
namespace jxl {

Status LowMemoryRenderPipeline::PrepareForThreadsInternal(size_t num,]])
edit(${pipeline}.cc [[
  JXL_RETURN_IF_ERROR(EnsureBordersStorage());
  group_border_assigner_.Init(frame_dimensions_);]] [[
  group_border_assigner_.Init(frame_dimensions_);]])
edit(${pipeline}.cc [[
  use_group_ids_ = use_group_ids;
]] [[
  use_group_ids_ = use_group_ids;
  if (num != 1 || use_group_ids) renders_strips = false;
  if (renders_strips) {
    group_data_.resize(1);
    group_data_[0].resize(shifts.size());
    JXL_RETURN_IF_ERROR(EnsureStripBorders());
  } else {
    JXL_RETURN_IF_ERROR(EnsureBordersStorage());
  }
]])
edit(${pipeline}.cc [[
  if (group_id > next_group_) {
    has_gap_ = true;]] [[
  if (renders_strips) {
    if (has_gap_) return true;
    JXL_ENSURE(group_id == next_group_ && group_id == strip_.group_id && strip_.is_last);
    next_group_++;
    return true;
  }
  if (group_id > next_group_) {
    has_gap_ = true;]])
# A plane of a strip has no rows above those that it begins with.
edit(${pipeline}.cc [[
      size_t base_color_shift, std::vector<std::vector<ImageF>>& thread_data,]] [[
      size_t base_color_shift, size_t first_row, std::vector<std::vector<ImageF>>& thread_data,]])
edit(${pipeline}.cc [[
                   group_data_y_border_, channel_shifts_[0], base_color_shift_,
                   stage_data_[thread_id], input_data));]] [[
                   group_data_y_border_, channel_shifts_[0], base_color_shift_,
                   renders_strips ? strip_.y0 : 0, stage_data_[thread_id], input_data));]])
edit(${pipeline}.cc [[
      rows[0][c].ymod_minus_1 = -1;]] [[
      rows[0][c].ymod_minus_1 = -1;
      rows[0][c].first = static_cast<int>(first_row >> group_data_shift[c].second);]])
edit(${pipeline}.cc [[(y & info.ymod_minus_1);]] [[((y & info.ymod_minus_1) - info.first);]])
edit(${pipeline}.cc [[
    // Number of floats per row.
    size_t stride;]] [[
    // Number of floats per row.
    size_t stride;
    int first = 0;]])
edit(${pipeline}.cc [[
  for (int vy = -num_extra_rows;
       vy < static_cast<int>(image_area_rect.ysize()) + num_extra_rows; vy++) {]] [[
  const std::pair<int, int> strip_rows =
      RowsOfStrip(image_max_color_channel_rect, -num_extra_rows,
                  static_cast<int>(image_area_rect.ysize()) + num_extra_rows);
  for (int vy = strip_rows.first; vy < strip_rows.second; vy++) {]])
edit(dec_cache.cc [[
  render_pipeline->is_grey_alone =]] [[
  render_pipeline->renders_strips = frame_header.encoding == FrameEncoding::kVarDCT &&
                                    num_c + num_tmp_c == 3 && render_pipeline->CanRenderStrips();
  render_pipeline->is_grey_alone =]])
edit(dec_group.cc [[
// Controls whether DecodeGroupImpl renders to pixels or not.]] [[
}  // namespace jxl
#include "block_strips.h"
namespace jxl {

// Controls whether DecodeGroupImpl renders to pixels or not.]])
edit(dec_group.cc [[
    get_block->StartRow(by);]] [[
    if (renders_strips && by == strip_end) {
      strip_begin = by;
      strip_end = StripEnd(ac_strategy, block_rect, by, cs.MaxVShift());
      JXL_RETURN_IF_ERROR(render_pipeline_input.BeginStrip(
          strip_begin * kBlockDim, strip_end * kBlockDim, strip_end == ysize_blocks));
      for (size_t c = 0; c < 3; c++) {
        idct_stride[c] = render_pipeline_input.GetBuffer(c).first->PixelsPerRow();
      }
    }
    get_block->StartRow(by);]])
edit(dec_group.cc [[
  for (size_t by = 0; by < ysize_blocks; ++by) {]] [[
  const bool renders_strips = draw == kDraw && render_pipeline_input.RendersStrips();
  size_t strip_begin = 0, strip_end = 0;  // in rows of blocks
  if (renders_strips && group_idx == 0) {
    const FrameDimensions& dim = dec_state->shared->frame_dim;
    JXL_RETURN_IF_ERROR(render_pipeline_input.ReserveStrips(
        LongestStrip(ac_strategy, dim, cs.MaxVShift()) * kBlockDim));
  }
  for (size_t by = 0; by < ysize_blocks; ++by) {]])
edit(dec_group.cc [[buffer.second.Row(buffer.first, sby[c] * kBlockDim);]]
  [[buffer.second.Row(buffer.first, (sby[c] - (strip_begin >> vshift[c])) * kBlockDim);]])
edit(dec_group.cc [[
        bx += llf_x;
      }
    }
  }
  return true;]] [[
        bx += llf_x;
      }
    }
    if (renders_strips && by + 1 == strip_end) JXL_RETURN_IF_ERROR(render_pipeline_input.EndStrip());
  }
  return true;]])
edit(dec_group.cc [[
    JXL_RETURN_IF_ERROR(group_dec_cache->InitDCBufferOnce(memory_manager));]] [[
    if (render_pipeline_input.RendersStrips()) return JXL_FAILURE("No block is decoded");
    JXL_RETURN_IF_ERROR(group_dec_cache->InitDCBufferOnce(memory_manager));]])
