#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// A frame as a reversible JPEG 2000 codestream; of three samples with the reversible colour
/// transform when `is_rgb` (the data set then says YBR_RCT). Precision: `bits_stored`, or all of
/// the word when a value needs more. Errors: unsupported (neither 8 nor 16 bits, 1 nor 3 samples),
/// invalid_argument (bytes that do not fit the shape), out_of_memory. Threads: any. Source: ISO/IEC
/// 15444-1, PS3.5 8.2.4, A.4.4.
Result<std::vector<std::byte>> encode_j2k(SampleBlock const& block, unsigned bits_stored,
                                          bool is_rgb);

}  // namespace sightline::codec
