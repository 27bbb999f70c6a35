#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "page/presented_frame.hpp"
#include "pixel/draw_parameters.hpp"
#include "pixel/lookup.hpp"
#include "pixel/modality_lut.hpp"
#include "pixel/voi_lut.hpp"

namespace sightline::server {
namespace {

/// The stored values that the pixels could have. Source: PS3.5 8.1.1.
std::pair<std::int64_t, std::int64_t> stored_range(PixelFormat const& format) {
  unsigned const bits = std::clamp<unsigned>(format.bits_stored, 1, 32);
  std::int64_t const count = std::int64_t{1} << bits;
  return format.is_signed ? std::pair(-count / 2, count / 2 - 1)
                          : std::pair(std::int64_t{0}, count - 1);
}

double modality_of(pixel::DrawParameters const& display, std::int64_t stored) {
  if (auto const& lut = display.tables.modality_lut)
    return pixel::apply_modality_table(stored, *lut);
  return pixel::apply_rescale(stored, display.values.rescale_slope,
                              display.values.rescale_intercept);
}

/// LINEAR over every modality value that there can be: the VOI transformation is the identity.
/// Source: PS3.3 C.11.8.
void set_identity(pixel::DrawParameters& display, PixelFormat const& format) {
  auto const [first, last] = stored_range(format);
  double low = modality_of(display, first), high = modality_of(display, last);
  if (auto const& lut = display.tables.modality_lut) {
    low = 0;
    high = pixel::full_scale(*lut);
  }
  if (low > high) std::swap(low, high);
  display.values.voi_function = dicom::VoiFunction::linear;
  display.values.window_center = (low + high + 1) / 2;
  display.values.window_width = high - low + 1;
}

double voi_of(pixel::DrawParameters const& display, double value) {
  if (auto const& lut = display.tables.voi_lut) return pixel::apply_voi_table(value, *lut);
  auto const& v = display.values;
  return pixel::apply_voi_window(value, v.voi_function, v.window_center, v.window_width);
}

/// What the modality and VOI transformations make of each stored value, 0 … 1, through a table
/// whose entries lie over all of that. Source: PS3.3 C.11.4, C.11.6.1.1; A.33.3.
dicom::Lut composed(pixel::DrawParameters const& display, PixelFormat const& format,
                    dicom::Lut const& last) {
  auto const [first, end] = stored_range(format);
  dicom::Lut table;
  table.first_mapped = static_cast<std::int32_t>(first);
  table.bits_per_entry = 16;
  double const top = static_cast<double>(last.entries.size() - 1);
  for (std::int64_t stored = first; stored <= end; ++stored) {
    double const y = std::clamp(voi_of(display, modality_of(display, stored)), 0.0, 1.0);
    auto const entry = last.entries[static_cast<std::size_t>(std::lround(y * top))];
    double const value = std::min(1.0, entry / pixel::full_scale(last));
    table.entries.push_back(static_cast<std::uint16_t>(std::lround(value * 65535)));
  }
  return table;
}

/// Modality, VOI and presentation tables become one over the stored values.
void use_presentation_lut(pixel::DrawParameters& display, PixelFormat const& format,
                          dicom::Lut const& presentation) {
  dicom::Lut table = composed(display, format, presentation);
  display.tables.modality_lut.reset();
  display.values.rescale_slope = 1;
  display.values.rescale_intercept = 0;
  display.values.presentation_inverse = false;
  display.tables.voi_lut = std::move(table);
}

/// The grey values become colours. Source: PS3.3 A.33.3.3, C.7.9.
void use_palette(pixel::DrawParameters& display, PixelFormat const& format,
                 std::array<dicom::Lut, 3> const& palette) {
  std::array<dicom::Lut, 3> colors;
  for (std::size_t i = 0; i < colors.size(); ++i)
    colors.at(i) = composed(display, format, palette.at(i));
  display.tables = {std::nullopt, std::nullopt, std::move(colors), display.tables.color_profile};
  display.values.photometric = Photometric::palette_color;
  display.values.padding.reset();
  display.values.presentation_inverse = false;
}

/// In Implicit VR the first value of a table may be of either sign: the state does not know the
/// images, which know. Source: PS3.3 C.11.1.1.
void read_as(bool is_signed, std::optional<dicom::Lut>& lut) {
  if (lut && is_signed && lut->first_mapped >= 32768) lut->first_mapped -= 65536;
}

}  // namespace

Status apply_state(dicom::PresentationState const& state, FrameSource const& source,
                   pixel::DrawParameters& display) {
  if (pixel::color_path(display.values.photometric) != pixel::ColorPath::grey) return {};
  PixelFormat const& format = source.instance.format;
  display.values.photometric = Photometric::monochrome2;  // P-values say what is white
  display.tables.modality_lut = state.modality_lut;
  read_as(format.is_signed, display.tables.modality_lut);
  display.values.rescale_slope = state.rescale_slope;
  display.values.rescale_intercept = state.rescale_intercept;
  display.tables.voi_lut.reset();
  set_identity(display, format);
  auto const voi = std::ranges::find_if(state.voi, [&](dicom::SoftcopyVoi const& each) {
    return refers_to(each.images, source.instance.sop_instance_uid, source.frame_index0 + 1);
  });
  if (voi != state.voi.end()) {
    if (voi->lut) display.tables.voi_lut = voi->lut;
    auto const [first, last] = stored_range(format);
    bool const is_signed = std::min(modality_of(display, first), modality_of(display, last)) < 0;
    read_as(!display.tables.modality_lut && is_signed, display.tables.voi_lut);
    if (!voi->lut && !voi->windows.empty()) {
      display.values.window_center = voi->windows.front().center;
      display.values.window_width = voi->windows.front().width;
      display.values.voi_function = voi->voi_function;
    }
  }
  display.values.presentation_inverse =
      state.presentation_lut_shape == dicom::PresentationState::LutShape::inverse;
  Status usable = pixel::check_tables(display.tables);
  if (usable) usable = pixel::check_values(display.values);
  if (!usable) return fail(Errc::corrupt, "tables of the presentation state");
  auto const& [red, green, blue] = state.palette;
  bool const has_palette = red && green && blue && !red->entries.empty() &&
                           !green->entries.empty() && !blue->entries.empty();
  bool const has_lut = state.presentation_lut && !state.presentation_lut->entries.empty();
  if (!has_palette && !has_lut) return {};
  if (format.bits_stored > 16) return fail(Errc::unsupported, "a table for wide pixels");
  if (has_palette)
    use_palette(display, format, {*red, *green, *blue});
  else
    use_presentation_lut(display, format, *state.presentation_lut);
  return {};
}

}  // namespace sightline::server
