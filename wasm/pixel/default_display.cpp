#include "pixel/default_display.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "pixel/lookup.hpp"
#include "pixel/modality_lut.hpp"

namespace sightline::pixel {
namespace {

/// One entry holds for all frames, or there is one for each.
template <class T>
T const* of_frame(std::vector<T> const& entries, std::uint32_t frame_index0) {
  if (entries.size() == 1) return &entries.front();
  return frame_index0 < entries.size() ? &entries[frame_index0] : nullptr;
}

void set_window(DisplayValues& values, double low, double high) {
  values.window_center = (low + high + 1.0) / 2.0;
  values.window_width = high - low + 1.0;
  values.voi_function = dicom::VoiFunction::linear;
}

void set_auto_window(DrawParameters& parameters, std::int32_t min, std::int32_t max) {
  DisplayValues& values = parameters.values;
  if (!parameters.tables.modality_lut) {
    double const a = apply_rescale(min, values.rescale_slope, values.rescale_intercept);
    double const b = apply_rescale(max, values.rescale_slope, values.rescale_intercept);
    set_window(values, std::min(a, b), std::max(a, b));
    return;
  }
  // A table need not rise: look at all entries that min … max can reach.
  dicom::Lut const& lut = *parameters.tables.modality_lut;
  std::int64_t const last = static_cast<std::int64_t>(lut.entries.size()) - 1;
  auto const index = [&](std::int64_t stored) {
    return static_cast<std::ptrdiff_t>(
        std::clamp<std::int64_t>(stored - lut.first_mapped, 0, last));
  };
  auto const begin = lut.entries.begin() + index(std::min(min, max));
  auto const end = lut.entries.begin() + index(std::max(min, max)) + 1;
  auto const [low, high] = std::minmax_element(begin, end);
  set_window(values, *low, *high);
}

double pixel_aspect(dicom::Instance const& instance, std::uint32_t frame_index0) {
  auto const usable = [](double ratio) { return std::isfinite(ratio) && ratio > 0; };
  if (auto const* geometry = of_frame(instance.geometry, frame_index0);
      geometry != nullptr && geometry->pixel_spacing) {
    auto const [between_rows, between_cols] = *geometry->pixel_spacing;
    if (usable(between_rows) && usable(between_cols) && usable(between_rows / between_cols)) {
      return between_rows / between_cols;
    }
  }
  if (instance.pixel_aspect_ratio.size() == 2) {
    double const ratio = instance.pixel_aspect_ratio[0] / instance.pixel_aspect_ratio[1];
    if (usable(ratio)) return ratio;
  }
  return 1;
}

}  // namespace

Result<DrawParameters> default_display(dicom::Instance const& instance, std::uint32_t frame_index0,
                                       std::int32_t min, std::int32_t max) {
  if (frame_index0 >= instance.number_of_frames) return fail(Errc::not_found, "frame");
  if (!color_path(instance.format.photometric)) {
    return fail(Errc::unsupported, "photometric interpretation");
  }
  DrawParameters parameters;
  DisplayValues& values = parameters.values;
  values.photometric = instance.format.photometric;
  values.color_bits = instance.format.bits_stored;
  parameters.geometry.image_rows = instance.format.rows;
  parameters.geometry.image_cols = instance.format.cols;
  parameters.geometry.pixel_aspect = pixel_aspect(instance, frame_index0);
  if (instance.format.photometric == Photometric::palette_color) {
    auto const& [red, green, blue] = instance.palette;
    if (!red || !green || !blue) return fail(Errc::invalid_argument, "palette");
    parameters.tables.palette = {*red, *green, *blue};
  }
  dicom::DisplayPipeline const fallback;
  auto const* of_data_set = of_frame(instance.display, frame_index0);
  dicom::DisplayPipeline const& display = of_data_set == nullptr ? fallback : *of_data_set;
  if (color_path(values.photometric) == ColorPath::grey) {
    values.color_bits = 8;
    values.rescale_slope = display.rescale_slope;
    values.rescale_intercept = display.rescale_intercept;
    values.voi_function = display.voi_function;
    values.presentation_inverse = display.presentation_inverse;
    values.padding = padding_range(display);
    parameters.tables.modality_lut = display.modality_lut;
  }
  if (Status checked = check_tables(parameters.tables); !checked) {
    return std::unexpected(checked.error());
  }
  if (!display.windows.empty()) {
    values.window_center = display.windows.front().center;
    values.window_width = display.windows.front().width;
  } else if (!display.voi_luts.empty()) {
    parameters.tables.voi_lut = display.voi_luts.front();
  } else {
    set_auto_window(parameters, min, max);
  }
  if (Status checked = check_tables(parameters.tables); !checked) {
    return std::unexpected(checked.error());
  }
  if (Status checked = check_values(values); !checked) return std::unexpected(checked.error());
  return parameters;
}

}  // namespace sightline::pixel
