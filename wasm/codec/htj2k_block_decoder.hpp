#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace sightline::codec {

/// One HT code-block: its segments and the numbers that its samples follow from. At most 4096
/// samples, at most 1024 on a side. Source: ISO/IEC 15444-15 B.
struct HtBlock {
  std::uint32_t width = 0, height = 0;
  std::span<std::byte const> cleanup;     ///< Lcup bytes
  std::span<std::byte const> refinement;  ///< Lref bytes, of SigProp and MagRef
  unsigned passes = 1;                    ///< 1 = cleanup, 2 = SigProp too, 3 = MagRef too
  /// The lowest bit-plane that the cleanup pass codes, counted from 1: at most kHtMostPlanes.
  unsigned plane = 1;
  /// Bit-planes that the cleanup pass may use, its sign's included: U_q is at most this.
  unsigned most_bits = 0;
  bool is_stripe_causal = false;
};

/// Magnitudes are kept in 32 bits with a sign above and half a step below.
inline constexpr unsigned kHtMostPlanes = 30;

/// Decodes HT code-blocks. Hermetic: reads the block's bytes and nothing else, never past their
/// end, and writes the samples. Threads: one object, one thread. Source: ISO/IEC 15444-15 7.
class HtBlockDecoder {
 public:
  HtBlockDecoder();
  ~HtBlockDecoder();
  HtBlockDecoder(HtBlockDecoder const&) = delete;
  HtBlockDecoder& operator=(HtBlockDecoder const&) = delete;

  /// Reversible: quantization indices, halves cut off. `out` is the block's first sample, rows are
  /// `stride` samples apart. Up to three samples right of a row and one row below the block may be
  /// overwritten. False: the block breaks the format; what was written is without meaning.
  [[nodiscard]] bool decode(HtBlock const& block, std::int32_t* out, std::size_t stride);
  /// Irreversible: the same times `half_step`, with the half of an index that the pass leaves open.
  [[nodiscard]] bool decode(HtBlock const& block, float half_step, float* out, std::size_t stride);

 private:
  struct Scratch;
  Scratch& scratch();
  std::unique_ptr<Scratch> scratch_;  ///< Made with the first block.
};

}  // namespace sightline::codec
