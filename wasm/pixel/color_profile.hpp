#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "pixel/color.hpp"

namespace sightline::pixel {

/// The curve that a colour space has from linear light to its levels. Source: IEC 61966-2-1; Adobe
/// RGB (1998) 4.3.1.2; ISO 22028-2 (ROMM RGB).
enum class OutputCurve : std::uint8_t { srgb, adobe_rgb, romm_rgb };

/// A colour profile as a pixel needs it: a curve for each channel, then a table of linear light in
/// the primaries of a screen (sRGB's, of a rendered picture also those of another space), then that
/// space's own curve. A profile of curves and a matrix is exact in a table of
/// two nodes, which is a linear map; one that has tables itself is sampled. Light outside of [0,1]
/// stays in the table, so that it has no edge where the screen's gamut ends. Source: PS3.3 C.11.15;
/// IEC 61966-2-1.
struct ColorTable {
  std::uint32_t curve_entries = 0;  ///< of each channel
  std::uint32_t side = 0;           ///< nodes along each axis
  /// Shape: curve_entries x 3 (red, green, blue). Units: [0,1] to [0,1].
  std::span<float const> curves;
  /// Shape: side (blue) x side (green) x side (red) x 3.
  std::span<float const> light;
  OutputCurve output = OutputCurve::srgb;  ///< of the CPU twin alone: a screen is sRGB's
};

/// 4080 is 16 * 255: each level of 8 bits has an entry of its own.
inline constexpr std::uint32_t kColorCurveEntries = 4081;
inline constexpr std::uint32_t kMaxColorTableSide = 65;

/// Errors: invalid_argument (fewer than two entries or nodes, more than these, other lengths).
/// Source: PS3.3 C.11.15.
Status check_color_table(ColorTable const& table);

/// A colour of the device as one of sRGB, or of the space of `output`. Between the nodes:
/// tetrahedral. Units: [0,1], clamped. Errors: none; the table has been checked. Source: PS3.3
/// C.11.15; IEC 61966-2-1.
Rgb apply_color_profile(Rgb const& device, ColorTable const& table);

}  // namespace sightline::pixel
