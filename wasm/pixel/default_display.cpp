#include "pixel/default_display.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <string_view>

#include "pixel/lookup.hpp"
#include "pixel/modality_lut.hpp"
#include "pixel/real_value.hpp"

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

/// Source: PS3.3 C.11.2.1.3.2.
void set_real_window(DisplayValues& values, double min, double max) {
  double const a = min * values.rescale_slope + values.rescale_intercept;
  double const b = max * values.rescale_slope + values.rescale_intercept;
  double const width = std::fabs(b - a);
  values.window_width = width > 0 && std::isfinite(width) ? width : 1;
  values.window_center = std::min(a, b) + width / 2;
  values.voi_function = dicom::VoiFunction::linear_exact;
}

/// From no uptake to this much SUV by body weight. Source: docs/display.md.
void set_suv_window(DisplayValues& values, double suv_factor) {
  constexpr double kUpperSuv = 5;
  values.window_width = kUpperSuv / suv_factor;
  values.window_center = values.window_width / 2;
  values.voi_function = dicom::VoiFunction::linear_exact;
}

void set_auto_window(DrawParameters& parameters, std::int64_t min, std::int64_t max) {
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

template <class Real>
RealRange range_of(SampleBlock const& block, std::array<double, 2> padding) {
  RealRange range{INFINITY, -INFINITY};
  for (std::size_t at = 0; at + sizeof(Real) <= block.bytes.size(); at += sizeof(Real)) {
    Real value;
    std::memcpy(&value, block.bytes.data() + at, sizeof(Real));
    if (!is_value(texel_of_real(value))) continue;
    if (value >= padding[0] && value <= padding[1]) continue;
    range.min = std::min(range.min, double{value});
    range.max = std::max(range.max, double{value});
  }
  return range.min > range.max ? RealRange{} : range;
}

}  // namespace

RealRange real_range(SampleBlock const& block,
                     std::optional<std::array<double, 2>> const& padding) {
  std::array<double, 2> const none = {INFINITY, -INFINITY};
  return block.bits_allocated == 64 ? range_of<double>(block, padding.value_or(none))
                                    : range_of<float>(block, padding.value_or(none));
}

std::optional<std::array<double, 2>> real_padding_of(dicom::Instance const& instance,
                                                     std::uint32_t frame_index0) {
  auto const* display = of_frame(instance.display, frame_index0);
  return display == nullptr ? std::nullopt : display->real_padding;
}

bool is_read_as_pet(dicom::Instance const& instance, std::uint32_t frame_index0) {
  constexpr std::string_view kClasses[] = {"1.2.840.10008.5.1.4.1.1.128",
                                           "1.2.840.10008.5.1.4.1.1.128.1",
                                           "1.2.840.10008.5.1.4.1.1.130"};
  auto const* display = of_frame(instance.display, frame_index0);
  return std::ranges::find(kClasses, instance.sop_class_uid) != std::end(kClasses) &&
         instance.format.photometric == Photometric::monochrome2 &&
         (display == nullptr || (display->windows.empty() && display->voi_luts.empty()));
}

Result<DrawParameters> default_display(dicom::Instance const& instance, std::uint32_t frame_index0,
                                       double min, double max) {
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
    // quirk usable_rescale_slope of dicom/quirks.hpp
    values.rescale_slope = display.rescale_slope != 0 ? display.rescale_slope : 1;
    values.rescale_intercept = display.rescale_intercept;
    values.voi_function = display.voi_function;
    values.presentation_inverse = display.presentation_inverse;
    values.padding = padding_range(display);
    values.real_padding = real_padding_range(display);
    parameters.tables.modality_lut = display.modality_lut;
    auto const& [red, green, blue] = instance.palette;  // supplemental: PS3.3 C.7.6.19
    if (red && green && blue) parameters.tables.palette = {*red, *green, *blue};
  }
  if (Status checked = check_tables(parameters.tables); !checked) {
    return std::unexpected(checked.error());
  }
  if (!display.windows.empty()) {
    values.window_center = display.windows.front().center;
    values.window_width = display.windows.front().width;
  } else if (!display.voi_luts.empty()) {
    parameters.tables.voi_lut = display.voi_luts.front();
  } else if (instance.suv_factor && is_read_as_pet(instance, frame_index0)) {
    set_suv_window(values, *instance.suv_factor);
  } else if (is_float(instance.format)) {
    set_real_window(values, min, max);
  } else {
    set_auto_window(parameters, static_cast<std::int64_t>(min), static_cast<std::int64_t>(max));
  }
  if (Status checked = check_tables(parameters.tables); !checked) {
    return std::unexpected(checked.error());
  }
  if (Status checked = check_values(values); !checked) return std::unexpected(checked.error());
  return parameters;
}

}  // namespace sightline::pixel
