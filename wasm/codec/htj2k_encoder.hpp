#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// A frame as a reversible HTJ2K codestream: RPCL, one layer, a tile-part for each resolution, TLM;
/// so many decompositions that the coarsest resolution has at most 64 rows and columns. Of three
/// samples with the reversible colour transform when `is_rgb` (the data set then says YBR_RCT).
/// Precision: `bits_stored`, or all of the word when a value needs more. Errors: unsupported
/// (neither 8 nor 16 bits, 1 nor 3 samples; over 32,768 rows or columns), invalid_argument (bytes
/// that do not fit the shape). Threads: any. Source: ISO/IEC 15444-15; 15444-1 A to G;
/// PS3.5 8.2.14, 10.18.
Result<std::vector<std::byte>> encode_htj2k(SampleBlock const& block, unsigned bits_stored,
                                            bool is_rgb);

}  // namespace sightline::codec
