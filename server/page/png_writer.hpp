#pragma once
#include <vector>

#include "base/error.hpp"
#include "page/picture.hpp"

namespace sightline::server {

/// Encodes 8-bit grey or RGB without metadata but the colour profile. `level`: zlib's 1 … 9.
/// Errors: invalid_argument (bytes do not fit the shape, samples neither 1 nor 3, a
/// profile of grey), out_of_memory,
/// io (libpng refuses). Source: ISO/IEC 15948 (PNG).
Result<std::vector<std::byte>> encode_png(Picture const& picture, int level);

}  // namespace sightline::server
