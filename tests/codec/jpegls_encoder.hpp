#pragma once
#include <array>

#include "picture.hpp"

namespace sightline::test {

/// LSE's MAXVAL, T1, T2, T3 and RESET; 0 is the default.
using JpegLsPresets = std::array<int, 5>;

/// By CharLS. Interleave: 0 by plane, 1 by line, 2 by sample; empty when the library refuses.
std::vector<std::byte> encode_jpegls(Picture const& picture, int interleave, int near_lossless = 0,
                                     JpegLsPresets const& presets = {});

}  // namespace sightline::test
