#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

/// Values of a frame of a codestream, samples interleaved, and whether it says that something is
/// missing.
struct DamagedValues {
  std::vector<std::int32_t> values;
  bool is_missing = false;
};
/// By our decoder; nothing: it refuses it.
std::optional<DamagedValues> damaged_values(Picture const& picture,
                                            std::span<std::byte const> codestream);

/// How far values are from the picture's, in all.
double distance(Picture const& picture, std::vector<std::int32_t> const& values);

/// Of a codestream of that picture, cut at every `step` bytes, our decoder gives what OpenJPEG
/// gives. `is_nearer`: or what is nearer to the picture, for of code-blocks that are cut in a later
/// layer OpenJPEG drops what earlier ones have brought.
void expect_cuts_as_openjpeg(Picture const& picture, std::vector<std::byte> const& codestream,
                             std::size_t step, bool is_nearer = false);

/// The same, and with single bits of its second half changed: what OpenJPEG gives, or, where that
/// is said, what ends at the fault.
void expect_damage_as_openjpeg(Picture const& picture, std::vector<std::byte> const& codestream,
                               std::size_t step);

}  // namespace sightline::test
