#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// A frame as DICOM RLE: a segment for each byte of the samples, high bytes first, rows packed by
/// themselves. Errors: unsupported (more than 15 segments, bits_allocated no whole bytes),
/// invalid_argument (bytes that do not fit the shape). Threads: any. Source: PS3.5 G.3 to G.5.
Result<std::vector<std::byte>> encode_rle(SampleBlock const& block);

}  // namespace sightline::codec
