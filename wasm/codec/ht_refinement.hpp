#pragma once
#include <cstddef>
#include <cstdint>

#include "codec/ht_bits.hpp"
#include "codec/htj2k_block_decoder.hpp"

namespace sightline::codec {

/// The SigProp and MagRef passes, on samples that the cleanup pass has left: bit 31 is the sign,
/// the magnitude's lowest coded bit is `plane`, and the bit below it half a step.
/// Source: ISO/IEC 15444-15 7.4, 7.5.
class HtRefinement {
 public:
  /// The block has 2 or 3 passes, and its plane is at least 2.
  void refine(HtBlock const& block, std::uint32_t* samples, std::size_t stride);

 private:
  void magnitude_refinement(HtBlock const& block, std::uint32_t* samples, std::size_t stride);
  void significance_propagation(HtBlock const& block, std::uint32_t* samples, std::size_t stride);

  HtBits<2032, 2032> bits_;
  /// 1 where a sample is significant, with a border of zeros: (width + 2) x (height + 2).
  std::uint8_t significant_[1026 * 6 + 16];
};

}  // namespace sightline::codec
