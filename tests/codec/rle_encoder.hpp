#pragma once
#include <cstddef>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

/// PS3.5 G, as a writer would: runs of three and more are packed, rows are packed apart, segments
/// are padded to even.
std::vector<std::byte> encode_rle(Picture const& picture);

}  // namespace sightline::test
