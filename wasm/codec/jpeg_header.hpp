#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"

namespace sightline::codec {

/// A JPEG frame header (SOF), read before a library sees the stream.
struct JpegHeader {
  std::uint16_t rows = 0, cols = 0;
  std::uint8_t precision = 0;  ///< Bits a sample: 8 or 12, lossless 2 to 16.
  std::uint8_t components = 0;
  bool is_lossless = false;    ///< SOF3
  bool is_subsampled = false;  ///< components differ in their sampling factors
  bool says_rgb = false;       ///< Adobe's APP14 without a transform, or components named R, G, B
};

/// Finds and checks SOF, and bounds the number of scans: each costs a pass over the whole frame.
/// Errors: corrupt, truncated, unsupported (hierarchical, arithmetic coding), limit_exceeded.
/// Source: ISO/IEC 10918-1 B.2.
Result<JpegHeader> read_jpeg_header(std::span<std::byte const> bytes);

}  // namespace sightline::codec
