#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// A frame as JPEG lossless, first-order prediction (process 14, selection value 1), one scan, with
/// the DC table of ISO/IEC 10918-1 K.3 lengthened to 16 bits. Signed values as their bit patterns.
/// Precision: `bits_stored`, at least 2, or all of the word when a value needs more. Errors:
/// unsupported (neither 8 nor 16 bits, 1 nor 3 samples, a side over 65535), invalid_argument (bytes
/// that do not fit the shape). Threads: any. Source: ISO/IEC 10918-1 H, PS3.5 A.4.1, 8.2.1.
Result<std::vector<std::byte>> encode_jpeg_lossless(SampleBlock const& block, unsigned bits_stored);

}  // namespace sightline::codec
