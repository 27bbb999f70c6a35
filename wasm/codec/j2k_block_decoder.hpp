#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/mq_decoder.hpp"
#include "codec/raw_bits.hpp"

namespace sightline::codec {

/// A code-word segment: the passes that share one beginning of the coder. Source: ISO/IEC 15444-1
/// D.4.
struct J2kSegment {
  std::span<std::byte const> bytes;
  unsigned passes = 0;
};

/// One code-block of JPEG 2000 Part 1. At most 4096 samples, at most 1024 on a side.
/// Source: ISO/IEC 15444-1 B.7, D.
struct J2kBlock {
  std::uint32_t width = 0, height = 0;
  std::span<J2kSegment const> segments;
  unsigned planes = 1;     ///< Bit-planes that are coded: 1 to kJ2kMostPlanes.
  unsigned band = 0;       ///< 0 LL, 1 HL, 2 LH, 3 HH
  std::uint8_t style = 0;  ///< block_style; passes beyond 3 * planes - 2 are not decoded.
  /// Samples of 2^roi_shift and more are of interest: they are shifted back. H.1; at most
  /// kMostRoiShift, 0: none is.
  unsigned roi_shift = 0;
};

/// Magnitudes have half a step below and a sign above.
inline constexpr unsigned kJ2kMostPlanes = 30;

/// Decodes code-blocks of Part 1: all bytes there are, and none past their end. Each has a picture,
/// whatever its bytes. Threads: one object, one thread. Source: ISO/IEC 15444-1 C, D.
class J2kBlockDecoder {
 public:
  /// As HtBlockDecoder: quantization indices, halves cut off; or the same times `half_step` with
  /// the half that the passes leave open.
  void decode(J2kBlock const& block, std::int32_t* out, std::size_t stride);
  void decode(J2kBlock const& block, float half_step, float* out, std::size_t stride);

 private:
  void reset_contexts();
  void shift_back(unsigned roi_shift);
  void decode_segments(J2kBlock const& block);
  void decode_pass(J2kBlock const& block, unsigned pass);
  void decode_raw_pass(J2kBlock const& block, unsigned pass);
  template <class Coder>
  void significance_pass(J2kBlock const& block, std::int32_t value, Coder& coder);
  template <class Coder>
  void refinement_pass(J2kBlock const& block, std::int32_t half, Coder& coder);
  void cleanup_pass(J2kBlock const& block, std::int32_t value);

  static constexpr std::size_t kContexts = 19;
  std::array<MqContext, kContexts> contexts_{};
  MqDecoder bits_{{}};
  RawBits raw_{{}};
  std::size_t flag_stride_ = 0;
  std::vector<std::uint32_t> flags_;  ///< see the source
  std::vector<std::int32_t> values_;  ///< twice the indices: the lowest bit is the open half
};

}  // namespace sightline::codec
