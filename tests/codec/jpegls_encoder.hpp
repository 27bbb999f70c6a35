#pragma once
#include <array>

#include "picture.hpp"

namespace sightline::test {

/// LSE's MAXVAL, T1, T2, T3 and RESET; 0 is the default.
using JpegLsPresets = std::array<int, 5>;

/// By CharLS. Interleave: 0 by plane, 1 by line, 2 by sample; HP's colour transform 1 to 3; empty
/// when the library refuses.
std::vector<std::byte> encode_jpegls(Picture const& picture, int interleave, int near_lossless = 0,
                                     JpegLsPresets const& presets = {}, int hp_transform = 0);

}  // namespace sightline::test
