#include "pixel/draw_parameters.hpp"

#include <cmath>

namespace sightline::pixel {
namespace {

Status check_table(dicom::Lut const& lut) {
  if (lut.entries.empty() || lut.entries.size() > kDefaultLimits.max_lut_entries) {
    return fail(Errc::invalid_argument, "a look-up table's length");
  }
  if (lut.bits_per_entry < 1 || lut.bits_per_entry > 16) {
    return fail(Errc::invalid_argument, "a look-up table's bits per entry");
  }
  return {};
}

}  // namespace

Status check_values(DisplayValues const& values) {
  for (double const number : {values.rescale_slope, values.rescale_intercept, values.window_center,
                              values.window_width}) {
    if (!std::isfinite(number)) return fail(Errc::invalid_argument, "rescale or window");
  }
  if (values.color_bits < 1 || values.color_bits > 32) {
    return fail(Errc::invalid_argument, "bits of a colour sample");
  }
  return {};
}

Status check_tables(DisplayTables const& tables) {
  for (auto const* lut : {&tables.modality_lut, &tables.voi_lut}) {
    if (!*lut) continue;
    if (Status checked = check_table(**lut); !checked) return checked;
  }
  if (tables.palette) {
    for (dicom::Lut const& lut : *tables.palette) {
      if (Status checked = check_table(lut); !checked) return checked;
    }
  }
  return tables.color_profile ? check_color_table(*tables.color_profile) : Status{};
}

std::optional<ColorPath> color_path(Photometric photometric) {
  switch (photometric) {
    case Photometric::monochrome1:
    case Photometric::monochrome2: return ColorPath::grey;
    case Photometric::palette_color: return ColorPath::palette;
    case Photometric::rgb: return ColorPath::rgb;
    case Photometric::ybr_full:
    case Photometric::ybr_full_422: return ColorPath::ybr_full;
    case Photometric::ybr_partial_420:
    case Photometric::ybr_partial_422: return ColorPath::ybr_partial;
    case Photometric::ybr_ict:
    case Photometric::ybr_rct:
    case Photometric::unknown: break;
  }
  return std::nullopt;
}

}  // namespace sightline::pixel
