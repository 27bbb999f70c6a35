#include <algorithm>
#include <vector>

#include "page/presented_frame.hpp"
#include "pixel/draw_parameters.hpp"
#include "pixel/mask_subtraction.hpp"

namespace sightline::server {
namespace {

/// All of them decoded are held at once.
constexpr std::uint64_t kMostBytes = std::uint64_t{512} << 20;

Result<std::vector<SampleBlock>> decode_all(FrameSource const& source,
                                            std::vector<std::uint32_t> const& numbers) {
  std::vector<SampleBlock> blocks;
  for (std::uint32_t const number : numbers) {
    auto block = source.decode_frame(number - 1);
    if (!block) return std::unexpected(block.error());
    blocks.push_back(std::move(*block));
  }
  return blocks;
}

pixel::MaskSettings settings_of(dicom::MaskOperation const& operation, FrameSource const& source,
                                pixel::DrawParameters const& display) {
  auto const& mask = source.instance.mask;
  bool const is_linear = mask && mask->pixel_intensity_relationship == "LIN";
  return {.rescale_slope = display.values.rescale_slope,
          .rescale_intercept = display.values.rescale_intercept,
          .modality_lut = display.tables.modality_lut,
          .linear_bits = is_linear ? source.instance.format.bits_stored : 0u,
          .shift = operation.sub_pixel_shift};
}

/// What a difference is looked at with where nobody says: none is in the middle.
void set_window(SampleBlock const& difference, pixel::DrawParameters& display) {
  double const most = pixel::extent_of_difference(difference);
  display.values.voi_function = dicom::VoiFunction::linear_exact;
  display.values.window_center = 0;
  display.values.window_width = most > 0 ? 2 * most : 1;
}

}  // namespace

Result<std::optional<SampleBlock>> subtracted(dicom::PresentationState const& state,
                                              FrameSource const& source,
                                              pixel::DrawParameters& display) {
  dicom::Instance const& instance = source.instance;
  bool const has_table = state.presentation_lut || state.palette[0];
  bool const is_grey = pixel::color_path(display.values.photometric) == pixel::ColorPath::grey;
  if (!state.mask || !source.decode_frame || has_table || !is_grey || is_float(instance.format))
    return std::nullopt;
  std::uint32_t const number = source.frame_index0 + 1;
  auto const frames = masked_frames(*state.mask, number, instance.number_of_frames);
  if (!frames) return std::nullopt;
  std::uint64_t const bytes = std::uint64_t{instance.format.rows} * instance.format.cols *
                              (frames->contrast.size() + frames->masks.size()) * 12;
  if (bytes > kMostBytes) return fail(Errc::limit_exceeded, "frames of a mask");
  auto const contrast = decode_all(source, frames->contrast);
  if (!contrast) return std::unexpected(contrast.error());
  auto const masks = decode_all(source, frames->masks);
  if (!masks) return std::unexpected(masks.error());
  auto difference =
      pixel::subtract_mask(*contrast, *masks, settings_of(*state.mask, source, display));
  if (!difference) return std::unexpected(difference.error());
  display.tables.modality_lut.reset();
  display.values.rescale_slope = 1;
  display.values.rescale_intercept = 0;
  display.values.padding.reset();
  bool const has_voi = std::ranges::any_of(state.voi, [&](dicom::SoftcopyVoi const& each) {
    return refers_to(each.images, instance.sop_instance_uid, number);
  });
  if (!has_voi) set_window(*difference, display);
  return std::optional(std::move(*difference));
}

}  // namespace sightline::server
