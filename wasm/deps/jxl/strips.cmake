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

bool RenderPipelineInput::IsGrey() const { return pipeline_->is_grey; }

bool RenderPipelineInput::LeavesOut(size_t c) const { return pipeline_->LeavesOut(c); }

Status RenderPipelineInput::AddColours() { return pipeline_->AddColours(); }

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
  bool CanRenderGrey() const override;
  size_t GreyStages() const;
  Status AddColours() override;
  bool IsRead(size_t c) const;
  size_t BufferXSize(size_t c) const;
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
  ImageF zeros_;  // of a grey frame's channel 0, the row that is read, and the row that is written
]])
edit(${pipeline}.cc [[
Status LowMemoryRenderPipeline::PrepareForThreadsInternal(size_t num,]] [[
// False for a plane that no stage reads.
bool LowMemoryRenderPipeline::IsRead(size_t c) const {
  if (LeavesOut(c)) return false;
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
  if (!renders_strips) is_grey = false;
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
# Of a grey frame channel 0 is zero, and mostly channel 2 is channel 1, exactly, as long as no block has a coefficient of them: one
# plane or two are kept, and so many transforms computed, until then (grey_frames.h). Of what stages write rows are no wider than
# the picture is there.
edit(${pipeline}.cc [[
            RenderPipelineChannelMode::kInOut) {
          size_t stage_buffer_ysize =]] [[
            RenderPipelineChannelMode::kInOut) {
          size_t stage_buffer_ysize =]])
edit(${pipeline}.cc [[
          next_y_border = stages_[i]->settings_.border_y;
]] [[
          next_y_border = stages_[i]->settings_.border_y;
          if (LeavesOut(c) && i < GreyStages()) continue;
          const size_t xshift = channel_shifts_[i + 1][c].first;
          const size_t stage_buffer_xsize =
              DivCeil(group_dim + 2 * group_data_x_border_ * upsampling, size_t{1} << xshift) +
              2 * kRenderPipelineXOffset;
]])
edit(${pipeline}.cc [[rows.GetBuffer(stage_input_for_channel_[i][c], mirrored_y, c);]]
  [[rows.GetBuffer(is_grey && c == 0 ? -1 : stage_input_for_channel_[i][c], mirrored_y, c);]])
edit(${pipeline}.cc [[
    return Rows(std::move(rows));]] [[
    if (zeros != nullptr) {
      for (size_t i = 0; i <= num_grey_stages; i++) {
        rows[i][0] = RowInfo{zeros->Row(i == 0 ? 0 : 1), -1, 0};
        if (repeats_y) rows[i][2] = rows[i][1];
      }
    }
    return Rows(std::move(rows));]])
edit(${pipeline}.cc [[size_t first_row, std::vector<std::vector<ImageF>>& thread_data,]]
  [[size_t first_row, ImageF* zeros, bool repeats_y, size_t num_grey_stages,
      std::vector<std::vector<ImageF>>& thread_data,]])
edit(${pipeline}.cc [[renders_strips ? strip_.y0 : 0, stage_data_]]
  [[renders_strips ? strip_.y0 : 0, is_grey ? &zeros_ : nullptr, repeats_y, GreyStages(),
                   stage_data_]])
edit(dec_cache.cc [[
  render_pipeline->is_grey_alone =]] [[
  render_pipeline->can_be_grey = render_pipeline->renders_strips &&
                                 frame_header.color_transform == ColorTransform::kXYB &&
                                 render_pipeline->CanRenderGrey();
  render_pipeline->is_grey_alone =]])
edit(dec_frame.h [[
    if (dec_state_->render_pipeline) {
]] [[
    if (dec_state_->render_pipeline) {
      RenderPipeline& pipeline = *dec_state_->render_pipeline;
      const PassesSharedState& shared = dec_state_->shared_storage;
      pipeline.is_grey = pipeline.can_be_grey && HasNoX(shared);
      pipeline.repeats_y = pipeline.is_grey && RepeatsY(frame_header_.loop_filter, shared);
      pipeline.can_be_grey = pipeline.is_grey;
]])
edit(dec_frame.h [[
#include "lib/jxl/dec_modular.h"
]] [[
#include "grey_frames.h"
#include "lib/jxl/dec_modular.h"
]])
edit(dec_group.cc [[
  virtual Status LoadBlock(]] [[
  // True if a block so far has coefficients of the channel.
  virtual bool Has(size_t c) const { return true; }
  virtual Status LoadBlock(]])
edit(dec_group.cc [[
            *block_ctx_map, block[c], shift_for_pass[pass]));
]] [[
            *block_ctx_map, block[c], shift_for_pass[pass]));
        if (row_nzeros[pass][c][sbx] != 0) has[c] = true;
]])
edit(dec_group.cc [[
  const uint32_t* shift_for_pass = nullptr;  // not owned
  const coeff_order_t]] [[
  bool Has(size_t c) const override { return has[c]; }

  bool has[3] = {};
  const uint32_t* shift_for_pass = nullptr;  // not owned
  const coeff_order_t]])
edit(dec_group.cc [[
        offset += size;
        if (draw == kDontDraw) {]] [[
        if (is_grey && (get_block->Has(0) || (render_pipeline_input.LeavesOut(2) && get_block->Has(2)))) {
          JXL_RETURN_IF_ERROR(render_pipeline_input.AddColours());
          is_grey = false;
          find_rows();
        }
        offset += size;
        if (draw == kDontDraw) {]])
edit(dec_group.cc [[
          for (size_t c : {1, 0, 2}) {
            if ((sbx[c] << hshift[c] != bx) || (sby[c] << vshift[c] != by)) {]] [[
          for (size_t c : {1, 0, 2}) {
            if (is_grey && render_pipeline_input.LeavesOut(c)) continue;
            if ((sbx[c] << hshift[c] != bx) || (sby[c] << vshift[c] != by)) {]])
edit(dec_group.cc [[
    for (size_t c = 0; c < 3; c++) {
      const auto& buffer = render_pipeline_input.GetBuffer(c);
]] [[
    const auto find_rows = [&] {
      for (size_t c = 0; c < 3; c++) {
        const auto& plane = render_pipeline_input.GetBuffer(c);
        if (is_grey && render_pipeline_input.LeavesOut(c)) continue;
        idct_stride[c] = plane.first->PixelsPerRow();
        idct_row[c] =
            plane.second.Row(plane.first, (sby[c] - (strip_begin >> vshift[c])) * kBlockDim);
      }
    };
    find_rows();
    for (size_t c = 0; c < 3; c++) {
]])
edit(dec_group.cc [[
      idct_row[c] = buffer.second.Row(buffer.first, (sby[c] - (strip_begin >> vshift[c])) * kBlockDim);
]] "")
edit(dec_group.cc [[
          strip_begin * kBlockDim, strip_end * kBlockDim, strip_end == ysize_blocks));
      for (size_t c = 0; c < 3; c++) {
        idct_stride[c] = render_pipeline_input.GetBuffer(c).first->PixelsPerRow();
      }
    }]] [[
          strip_begin * kBlockDim, strip_end * kBlockDim, strip_end == ysize_blocks));
    }]])
edit(dec_group.cc [[
  const bool renders_strips = draw]] [[
  bool is_grey = draw == kDraw && render_pipeline_input.IsGrey();
  const bool renders_strips = draw]])
# Planes of a group are no wider and higher than a frame that is less.
edit(${pipeline}.cc [[
bool LowMemoryRenderPipeline::IsRead(size_t c) const {]] [[
size_t LowMemoryRenderPipeline::BufferXSize(size_t c) const {
  return std::min(GroupInputXSize(c), DivCeil(WidestGroup() << base_color_shift_,
                                              size_t{1} << channel_shifts_[0][c].first)) +
         2 * group_data_x_border_;
}

size_t LowMemoryRenderPipeline::WidestGroup() const {
  return std::min<size_t>(frame_dimensions_.group_dim,
                          RoundUpTo(frame_dimensions_.xsize_padded, 2 * kBlockDim));
}

bool LowMemoryRenderPipeline::IsRead(size_t c) const {]])
edit(${pipeline}.h [[
  size_t BufferXSize(size_t c) const;
]] [[
  size_t BufferXSize(size_t c) const;
  size_t WidestGroup() const;
]])
edit(${pipeline}.cc [[
                         GroupInputXSize(c) + group_data_x_border_ * 2,
                         GroupInputYSize(c) + group_data_y_border_ * 2,]] [[
                         BufferXSize(c),
                         BufferYSize(c) + group_data_y_border_ * 2,]])
edit(${pipeline}.cc [[
size_t LowMemoryRenderPipeline::WidestGroup() const {]] [[
size_t LowMemoryRenderPipeline::BufferYSize(size_t c) const {
  const size_t rows = RoundUpTo(frame_dimensions_.ysize_padded, 2 * kBlockDim);
  return std::min(GroupInputYSize(c), DivCeil(rows << base_color_shift_,
                                              size_t{1} << channel_shifts_[0][c].second));
}

size_t LowMemoryRenderPipeline::WidestGroup() const {]])
edit(${pipeline}.h [[
  size_t WidestGroup() const;
]] [[
  size_t BufferYSize(size_t c) const;
  size_t WidestGroup() const;
]])
edit(${pipeline}.cc [[size_t group_dim = frame_dimensions_.group_dim * upsampling;
  size_t padding =]] [[size_t group_dim = WidestGroup() * upsampling;
  size_t padding =]])
