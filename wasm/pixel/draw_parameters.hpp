#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/sample_block.hpp"
#include "dicom/instance.hpp"
#include "pixel/color_profile.hpp"
#include "pixel/padding.hpp"
#include "pixel/transform.hpp"

namespace sightline::pixel {

/// The numbers of PS3.3 C.11 for one draw; shared by the CPU twin and the GL renderer. Source:
/// PS3.3 C.11.
struct DisplayValues {
  double rescale_slope = 1,
         rescale_intercept = 0;  ///< (0028,1053), (0028,1052); not with a Modality LUT
  double window_center = 0.5, window_width = 1;  ///< modality units; not with a VOI LUT
  dicom::VoiFunction voi_function = dicom::VoiFunction::linear;
  Photometric photometric =
      Photometric::monochrome2;                       ///< rgb for a block that the decoder made RGB
  std::optional<PaddingRange> padding;                ///< grey only
  std::optional<RealPaddingRange> real_padding = {};  ///< of real numbers only
  bool presentation_inverse = false;                  ///< (2050,0020) = INVERSE; grey only
  bool inverted = false;                              ///< the user's toggle; grey and colour
  std::uint16_t color_bits = 8;                       ///< significant bits of a colour sample
};

/// The tables of one draw. Source: PS3.3 C.11.1.1.1, C.11.2.1.1, C.7.6.3.1.5.
struct DisplayTables {
  std::optional<dicom::Lut> modality_lut;
  std::optional<dicom::Lut> voi_lut;
  std::optional<std::array<dicom::Lut, 3>> palette;
  std::optional<ColorTable> color_profile;  ///< colour only; its spans outlive the draw
};

/// Everything that one picture needs beyond the stored values.
struct DrawParameters {
  DisplayValues values;
  DisplayTables tables;
  ViewGeometry geometry;
  bool interpolate = true;  ///< bilinear of modality values (colour: of RGB), else nearest
};

/// Refuses numbers that no picture can be made of. Errors: invalid_argument.
Status check_values(DisplayValues const& values);
/// Refuses tables that are empty, larger than 65536 entries or of other than 1 … 16 bits, and
/// colour tables as check_color_table does. Errors: invalid_argument.
Status check_tables(DisplayTables const& tables);

/// What the photometric interpretation asks of the pipeline; nullopt when it cannot be drawn.
/// Source: PS3.3 C.7.6.3.1.2.
enum class ColorPath : std::uint8_t { grey, palette, rgb, ybr_full, ybr_partial };
std::optional<ColorPath> color_path(Photometric photometric);

}  // namespace sightline::pixel
