#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace sightline::codec {

/// The main header of a JPEG 2000 codestream, as far as streaming needs it. Source: ISO/IEC 15444-1
/// A.5, A.6.
struct CodestreamInfo {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t components = 0;
  std::uint16_t bits_per_sample = 0;
  bool is_signed = false;
  bool is_ht = false;               ///< CAP with Part 15 bit.
  bool is_reversible = false;       ///< 5/3.
  std::uint8_t decompositions = 0;  ///< Of the component with the fewest.
  std::uint8_t progression = 0;     ///< 2 = RPCL.
  std::uint32_t tiles = 1;
};

/// Reads SOC..first SOT. Errors: corrupt, truncated, limit_exceeded.
Result<CodestreamInfo> read_codestream_info(std::span<std::byte const> bytes);

/// A codestream whose resolution levels are contiguous byte ranges.
struct LeveledCodestream {
  std::vector<std::byte> bytes;
  /// level_ends[r]: bytes of the prefix that decodes exactly to resolution r (0 = coarsest, last =
  /// full). The prefix needs an EOC marker appended before a decoder reads it; the last one is the
  /// whole stream.
  std::vector<std::uint32_t> level_ends;
};

/// Rewrites a single-tile RPCL codestream with one tile-part (as OpenJPH 0.9 makes) into one
/// tile-part per resolution with TLM, by walking its packet headers; no code-block byte changes.
/// One that already has this form is only indexed. Output obeys PS3.5 10.18 (RPCL, TLM). Errors:
/// unsupported (other progressions, several tiles, layers, PPM/PPT), corrupt, truncated. Source:
/// ISO/IEC 15444-1 A.4.2, A.7.1, B.9, B.10; 15444-15 B.
Result<LeveledCodestream> level_codestream(std::span<std::byte const> bytes);

/// level_ends of a stream that has tile-parts in resolution order, without copying. Errors as
/// above.
Result<std::vector<std::uint32_t>> index_levels(std::span<std::byte const> bytes);

}  // namespace sightline::codec
