# Noise is made as it is added, row by row (noise_rows.h). The library has it rendered as three more channels: planes of fractions of
# each group, of all groups where a frame is put together when all are there.
set(noise render_pipeline/stage_noise)
edit(${noise}.h [[
#include "lib/jxl/chroma_from_luma.h"
]] [[
#include "lib/jxl/chroma_from_luma.h"
#include "noise_frame.h"
]])
edit(${noise}.h [[ColorCorrelation& color_correlation,
    size_t noise_c_start);]] [[ColorCorrelation& color_correlation,
    size_t noise_c_start, const NoiseFrame& frame);]])
edit(${noise}.cc [[
class AddNoiseStage : public RenderPipelineStage {]] [[
// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace jxl
HWY_AFTER_NAMESPACE();

#include "noise_rows.h"

HWY_BEFORE_NAMESPACE();
namespace jxl {
namespace HWY_NAMESPACE {

class AddNoiseStage : public RenderPipelineStage {]])
edit(${noise}.cc [[const ColorCorrelation& color_correlation, size_t first_c)]]
  [[const ColorCorrelation& color_correlation, size_t first_c, const NoiseFrame& frame)]])
edit(${noise}.cc [[
        color_correlation_(color_correlation),
        first_c_(first_c) {}
]] [[
        color_correlation_(color_correlation),
        first_c_(first_c),
        noise_(jxl::make_unique<NoiseRows>(frame, ::jxl::GetConvolveNoiseStage(0))) {}

  Status PrepareForThreads(size_t num_threads) final {
    return num_threads == 1 ? Status(true) : JXL_FAILURE("Noise is of one thread");
  }
]])
edit(${noise}.cc [[
  const ColorCorrelation& color_correlation_;
  size_t first_c_;
]] [[
  const ColorCorrelation& color_correlation_;
  size_t first_c_;
  std::unique_ptr<NoiseRows> noise_;
]])
edit(${noise}.cc [[
    const float* JXL_RESTRICT row_rnd_r =
        GetInputRow(input_rows, first_c_ + 0, 0);]] [[
    const float* noise[kNoisePlanes];
    JXL_RETURN_IF_ERROR(noise_->Make(xpos, ypos, xsize, noise));
    const float* JXL_RESTRICT row_rnd_r = noise[0];]])
edit(${noise}.cc [[GetInputRow(input_rows, first_c_ + 1, 0);]] [[noise[1];]])
edit(${noise}.cc [[GetInputRow(input_rows, first_c_ + 2, 0);]] [[noise[2];]])
edit(${noise}.cc [[
    size_t noise_c_start) {
  return jxl::make_unique<AddNoiseStage>(noise_params, color_correlation,
                                         noise_c_start);]] [[
    size_t noise_c_start, const NoiseFrame& frame) {
  return jxl::make_unique<AddNoiseStage>(noise_params, color_correlation,
                                         noise_c_start, frame);]])
edit(${noise}.cc [[
    size_t noise_c_start) {
  return HWY_DYNAMIC_DISPATCH(GetAddNoiseStage)(noise_params, color_correlation,
                                                noise_c_start);]] [[
    size_t noise_c_start, const NoiseFrame& frame) {
  return HWY_DYNAMIC_DISPATCH(GetAddNoiseStage)(noise_params, color_correlation,
                                                noise_c_start, frame);]])
edit(dec_cache.cc [[
  size_t num_tmp_c = render_noise ? 3 : 0;]] [[
  size_t num_tmp_c = 0;]])
edit(dec_cache.cc [[
    JXL_RETURN_IF_ERROR(builder.AddStage(GetConvolveNoiseStage(num_c)));
]] [[
    const FrameDimensions& dim = shared->frame_dim;
    const NoiseFrame noise_frame{memory_manager,      visible_frame_index, nonvisible_frame_index,
                                 dim.xsize_upsampled, dim.ysize_upsampled, dim.group_dim};
]])
edit(dec_cache.cc [[shared->image_features.noise_params, shared->cmap.base(), num_c)]]
  [[shared->image_features.noise_params, shared->cmap.base(), num_c, noise_frame)]])
edit(dec_frame.cc [[
  if ((frame_header_.flags & FrameHeader::kNoise) != 0) {
    PrepareNoiseInput(*dec_state_, frame_dim_, frame_header_, ac_group_id,
                      thread);
  }
]] "")
edit(dec_frame.h [[
    bool use_noise = (frame_header_.flags & FrameHeader::kNoise) != 0;
]] "")
edit(dec_frame.h [[(frame_header_.encoding == FrameEncoding::kVarDCT || use_noise));]]
  [[frame_header_.encoding == FrameEncoding::kVarDCT);]])
edit(dec_modular.cc [[
    bool use_group_ids = (frame_header.encoding == FrameEncoding::kVarDCT ||
                          (frame_header.flags & FrameHeader::kNoise));]] [[
    bool use_group_ids = frame_header.encoding == FrameEncoding::kVarDCT;]])
