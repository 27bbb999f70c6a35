#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pixel/color_profile.hpp"

namespace sightline::color {

/// What a colour profile does to colours on their way to a screen of sRGB.
struct ProfileTable {
  /// Nothing that a screen of 8 bits shows: no colour of a dense grid moves by more than one
  /// level. Then there is no table.
  bool is_srgb = false;
  std::uint32_t curve_entries = 0, side = 0;
  std::vector<float> curves, light;  ///< Shape: as pixel::ColorTable
  std::string description;           ///< the profile's own name, printable ASCII, perhaps none

  [[nodiscard]] pixel::ColorTable table() const { return {curve_entries, side, curves, light}; }
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
                                      std::uint32_t sampled_side = kSampledSide);

}  // namespace sightline::color
