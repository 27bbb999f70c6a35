#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pixel/color_profile.hpp"

namespace sightline::color {

/// A space that a picture can be drawn in. Source: PS3.18 8.3.5.1 (iccprofile).
using Space = pixel::OutputCurve;

/// What a colour profile does to colours on their way to a screen of sRGB, or to another space.
struct ProfileTable {
  /// Nothing that 8 bits show: no colour of a dense grid moves by more than one level. Then there
  /// is no table.
  bool is_identity = false;
  Space space = Space::srgb;
  std::uint32_t curve_entries = 0, side = 0;
  std::vector<float> curves, light;  ///< Shape: as pixel::ColorTable
  std::string description;           ///< the profile's own name, printable ASCII, perhaps none

  [[nodiscard]] pixel::ColorTable table() const {
    return {curve_entries, side, curves, light, space};
  }
};

/// Nodes of a table that is sampled: those of 5, 9, 17 and 33 are among them, so that the profile's
/// own nodes are met; the curves in front of them become ours.
inline constexpr std::uint32_t kSampledSide = 65;

/// By the rendering intent of the profile's header; absolute colorimetric as relative, for the
/// screen's white is the reader's. Black point compensation only where ICC.1 asks for it:
/// perceptual and saturation intents of version 4 (docs/adr/0006). Deterministic. Errors: corrupt
/// (Little CMS refuses it, numbers that are none), unsupported (neither curves and matrix nor
/// tables). Threads: any. Source: PS3.3 C.11.15; ICC.1:2022 8.
Result<ProfileTable> table_of_profile(std::span<std::byte const> profile,
                                      std::uint32_t sampled_side = kSampledSide,
                                      Space space = Space::srgb);

/// The profile of a space itself, made of its primaries, its white and its curve: the same bytes
/// each time. Errors: out_of_memory. Threads: any. Source: IEC 61966-2-1; Adobe RGB (1998) 4.3.1;
/// ISO 22028-2; ICC.1:2022.
Result<std::vector<std::byte>> profile_of_space(Space space);

}  // namespace sightline::color
