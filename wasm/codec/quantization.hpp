#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/tile_coding.hpp"

namespace sightline::codec {

/// How one component's sub-bands are quantized. Source: ISO/IEC 15444-1 A.6.4, A.6.5, E.1.
struct Quantization {
  struct Step {
    std::uint8_t exponent = 0;
    std::uint16_t mantissa = 0;
  };
  bool is_reversible = false;  ///< No quantization: exponents only.
  std::uint8_t guard_bits = 0;
  /// LL, then HL, LH, HH of each resolution from coarse to fine.
  std::array<Step, 3 * kMaxDecompositions + 1> steps{};
  std::size_t step_count = 0;  ///< 0: none is told.

  /// M_b of a band: the bit-planes that its code-blocks may have; below 0 as 0. E-2.
  [[nodiscard]] int planes(std::size_t band) const { return steps[band].exponent + guard_bits - 1; }
};

/// What QCD and QCC among a header's segments set, over `all`, which has one for each component:
/// QCC goes before QCD wherever it stands, and both before what was set; of two of one kind the
/// later one holds, as OpenJPEG has it. False: one of them is not as the standard has it.
/// Source: ISO/IEC 15444-1 A.6.4, A.6.5.
[[nodiscard]] bool read_quantization(std::span<std::byte const> codestream,
                                     std::span<MarkerSegment const> segments,
                                     std::vector<Quantization>& all);

}  // namespace sightline::codec
