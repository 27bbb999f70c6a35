#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::server {

struct Htj2kParameters {
  std::uint8_t precision_bits = 16;  ///< all values fit
  bool colour_transform = false;     ///< RCT; three samples only
  bool has_levels = true;            ///< false: no coarser pictures in it
};

/// Encodes one frame as HTJ2K: reversible 5/3, RPCL, 64 x 64 code-blocks, one tile, no layers;
/// precincts of 256 (128 at the coarsest level) for frames over 2048 px. Errors: unsupported
/// (precision, sample count), limit_exceeded (the result would be far larger than its input),
/// invalid_argument, out_of_memory. Source: ISO/IEC 15444-15; PS3.5 A.4.4.
Result<std::vector<std::byte>> encode_htj2k(SampleBlock const& block,
                                            Htj2kParameters const& parameters);

}  // namespace sightline::server
