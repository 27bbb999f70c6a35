#pragma once
#include <cstddef>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

/// interleave: 0 by plane, 1 by line, 2 by sample. near_lossless 0 = lossless.
std::vector<std::byte> encode_jpegls(Picture const& picture, int interleave, int near_lossless = 0);

}  // namespace sightline::test
