#pragma once
#include <cstddef>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

/// Of a codestream of Part 1 of that picture, cut at every `step` bytes and with single bits of its
/// second half changed, our decoder gives what OpenJPEG gives, and says as it does whether
/// something is missing.
void expect_damage_as_openjpeg(Picture const& picture, std::vector<std::byte> const& codestream,
                               std::size_t step);

}  // namespace sightline::test
