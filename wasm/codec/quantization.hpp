#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/main_header.hpp"

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
  std::size_t step_count = 0;

  /// M_b of a band: the bit-planes that its code-blocks may have. E-2.
  [[nodiscard]] int planes(std::size_t band) const { return steps[band].exponent + guard_bits - 1; }
};

/// QCD and QCC of the main header, one for each component. Nothing when one of them is not as the
/// standard has it. `codestream` is what the header was read from.
std::optional<std::vector<Quantization>> read_quantization(std::span<std::byte const> codestream,
                                                           MainHeader const& header);

}  // namespace sightline::codec
