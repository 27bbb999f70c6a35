#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/inverse_wavelet_53.hpp"
#include "codec/inverse_wavelet_97.hpp"
#include "codec/j2k_block_decoder.hpp"

namespace sightline::codec {

/// Beside smaller frames tables and rows of code-blocks are much.
inline constexpr std::size_t kSmallFrameBytes = 256 << 10;

/// What the rows of one decoding share. Lifetime: all outlive them.
struct HtRowSource {
  std::span<std::byte const> codestream;
  HtBlockDecoder& blocks;
  J2kBlockDecoder& part_1_blocks;
  std::uint64_t decoded_blocks = 0;
  std::uint64_t broken_blocks = 0;  ///< They break the format: their samples are zero.
  /// Coefficients wait in 16 bits where they have no more: half of the memory, and a pass more over
  /// each of them.
  bool is_narrow = false;

  void set_narrow_for(std::size_t frame_bytes, unsigned sample_bytes) {
    is_narrow = sample_bytes == 1 && frame_bytes < kSmallFrameBytes;
  }
  std::vector<J2kSegment> segments{};     ///< Of one code-block of Part 1.
  std::vector<std::byte> joined_bytes{};  ///< Of segments that lie in several packets.
};

/// Rows that a resolution keeps of its own: what its lifting steps reach.
template <class Wavelet>
inline constexpr std::size_t kRingRows = Wavelet::kSteps == 2 ? 4 : 8;

/// What the rows of a component take in memory, one row of code-blocks of each band, and beside
/// them the largest of its code-blocks while it is decoded.
struct RowsBytes {
  std::size_t rows = 0, block = 0;
};
RowsBytes rows_bytes(HtComponent const& component, bool is_narrow);

/// The rows of what is needed of a sub-band, from top to bottom. Holds what is needed of one row of
/// code-blocks. Source: ISO/IEC 15444-1 B.7, E.1.
template <class Sample>
class HtBandRows {
 public:
  HtBandRows(HtRowSource& source, HtBand const& band);
  /// The next row; valid until the call after it. May be written, kRowMargin past both ends.
  Sample* next();

 private:
  /// Where a code-block goes.
  struct Place {
    Sample* out = nullptr;
    std::size_t stride = 0;
    float half_step = 0;
  };
  [[nodiscard]] std::size_t cols() const { return end_col_ - first_col_; }
  void decode_strip(std::uint32_t begin, std::uint32_t end);
  void keep_rows(Sample const* rows, std::size_t stride, std::uint32_t x, std::uint32_t width);
  void decode_block(HtCodedBlock const& coded, std::uint32_t width, std::uint32_t height,
                    Place const& to);
  std::span<std::byte const> refinement_of(HtCodedBlock const& coded);
  void list_segments(HtCodedBlock const& coded);
  void decode_part_1(HtCodedBlock const& coded, std::uint32_t width, std::uint32_t height,
                     Place const& to);

  HtRowSource& source_;
  HtBand const& band_;
  std::uint32_t first_col_ = 0, end_col_ = 0;  ///< Of the code-blocks that are needed.
  std::size_t stride_;
  bool is_narrow_;
  std::uint32_t row_, strip_begin_ = 0, strip_end_ = 0;
  std::vector<Sample> strip_;         ///< Narrow: one row.
  std::vector<std::int16_t> narrow_;  ///< Of the irreversible wavelet without their step.
};

/// The rows of what is shown of a tile-component at a resolution, from top to bottom: bands and the
/// rows of the resolution below are pulled as they are needed, so that no plane of coefficients is
/// ever held. A region's borders are treated as a picture's, so far outside of it that what is
/// mirrored there does not reach what is shown.
/// Source: ISO/IEC 15444-1 F.3.
template <class Wavelet>
class HtResolutionRows {
 public:
  using Sample = typename Wavelet::Sample;
  /// `resolutions`: of one component, from the coarsest on.
  HtResolutionRows(HtRowSource& source, std::span<HtResolution const> resolutions);
  /// The next row; valid until the call after it. Up to kRowMargin samples past both ends may be
  /// written.
  Sample* next();

 private:
  [[nodiscard]] Sample* row_at(std::uint64_t y) {
    return ring_.data() + (y % kRingRows<Wavelet>)*stride_ + kRowMargin;
  }
  void load(std::uint64_t y);
  void load_pair();

  HtArea const& here_;  ///< What is synthesized.
  /// One at the coarsest resolution: LL. Else HL, LH, HH.
  std::vector<std::unique_ptr<HtBandRows<Sample>>> bands_;
  std::unique_ptr<HtResolutionRows> below_;
  std::size_t cols_, low_cols_ = 0, high_cols_ = 0, stride_ = 0;
  std::size_t unshown_cols_;  ///< Left of the first that is shown.
  std::uint64_t next_row_, next_odd_;
  std::vector<Sample> ring_;
};

extern template class HtResolutionRows<InverseWavelet53>;
extern template class HtResolutionRows<InverseWavelet97>;

}  // namespace sightline::codec
