#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace sightline::codec {

/// What one of the three builds of the IJG library (8, 12, 16 bits a sample) is asked for.
struct IjgJob {
  std::span<std::byte const> bytes;
  bool converts_to_rgb = false;  ///< Three components: YCbCr to RGB; else samples as they are.
  std::uint16_t rows = 0, cols = 0, components = 0;
  /// Receives rows x cols x components interleaved samples of out_sample_bytes (1, 2 or 4) each;
  /// has that size. Of several scans its memory is let go of while they are read, and made anew.
  std::vector<std::byte>* out = nullptr;
  std::uint16_t out_sample_bytes = 1;
  /// Of several scans the library keeps all coefficients, and `out` stays beside them.
  bool keeps_all_coefficients = false;
};

/// How far a session came.
struct IjgOutcome {
  Errc code = Errc::ok;
  std::uint32_t rows = 0;  ///< stored in `out`; fewer than all only with a code
  bool is_coarse = false;  ///< with a code: every row is there, but without all of its scans
};

/// One function for each build of the library. No memory of the library outlives the call. Rows
/// before the first fault are stored. Codes: corrupt, truncated, unsupported, out_of_memory.
/// Source: ISO/IEC 10918-1.
IjgOutcome decode_ijg8(IjgJob const& job);
IjgOutcome decode_ijg12(IjgJob const& job);
IjgOutcome decode_ijg16(IjgJob const& job);

}  // namespace sightline::codec
