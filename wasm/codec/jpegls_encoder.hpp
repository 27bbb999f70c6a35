#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// A frame as lossless JPEG-LS, colour interleaved by line. Signed values as the bit patterns of
/// their precision: `bits_stored`, or all of the word when a value needs more. Errors: unsupported
/// (neither 8 nor 16 bits, 1 nor 3 samples, under 6 bits stored), invalid_argument (bytes that do
/// not fit the shape), out_of_memory. Threads: any. Source: ISO/IEC 14495-1, PS3.5 8.2.3, A.4.3.
Result<std::vector<std::byte>> encode_jpegls(SampleBlock const& block, unsigned bits_stored);

}  // namespace sightline::codec
