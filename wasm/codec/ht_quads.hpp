#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/ht_mel.hpp"
#include "codec/ht_vlc_table.hpp"

namespace sightline::codec {

/// Significance in an HtQuad: of any sample, of the two on the right, of the lower two.
inline constexpr std::uint32_t kSignificant = 0xf0, kRightSamples = 0xc0, kLowerSamples = 0xa0;

/// Reads the code words of a block's quads, a pair at a time. Each pair waits for the one before
/// it; what is done with others meanwhile costs next to nothing. `Vlc`: HtBits.
/// Source: ISO/IEC 15444-15 7.3.4 to 7.3.6.
template <class Vlc>
class HtQuadReader {
 public:
  HtQuadReader(Vlc const& vlc, std::span<std::byte const> mel) : vlc_(vlc), mel_(mel) {}

  /// `above`: the row of quads above, with two zeros after it; none for the first row.
  template <bool IsFirstRow>
  [[gnu::always_inline]] void begin_row(std::uint32_t const* above) {
    west_ = 0;
    // After its end the segment gives zeros for ever: one row of them is there.
    position_ = std::min(position_, vlc_.size_bits());
    if constexpr (!IsFirstRow) north_ = middle(above[0]) << 7;
  }

  /// Quads q and q + 1 of a row: HtQuad, u_q above it. The second is 0 if the row has but one more.
  template <bool IsFirstRow>
  [[gnu::always_inline]] void pair(std::uint32_t const* above, std::uint32_t* row, std::uint32_t q,
                                   std::uint32_t quads) {
    std::uint64_t bits = vlc_.at(position_);
    HtVlcEntry const first = next<IsFirstRow>(bits, above, q);
    HtVlcEntry const second = q + 1 < quads ? next<IsFirstRow>(bits, above, q + 1) : 0;
    constexpr std::uint32_t kHasOffset = 8u << kQuadAt;
    // kHasOffset is bit 6: the first's stays where mode's bit 0 is in the index, above six bits.
    static_assert(kHasOffset == 64);
    std::uint32_t mode = (first & kHasOffset) | (second & kHasOffset) << 1;
    HtOffsetPair const* offsets = kOtherRowOffsets.data();
    if constexpr (IsFirstRow) {
      offsets = kFirstRowOffsets.data();
      if (mode == 3 * kHasOffset && mel_.event()) mode = 4 * kHasOffset;
    }
    HtOffsetPair const offset = offsets[mode | (bits & 63)];
    position_ += (first & 7) + (second & 7) + offset.bits;
    auto const suffixes =
        static_cast<std::uint32_t>(bits >> offset.prefix_bits) & ((1u << offset.suffix_bits) - 1);
    std::uint32_t const u0 = offset.base0 + (suffixes & ((1u << offset.first_suffix) - 1));
    std::uint32_t const u1 = offset.base1 + (suffixes >> offset.first_suffix);
    row[q] = (first >> kQuadAt & 0xffff) | u0 << 16;
    row[q + 1] = (second >> kQuadAt & 0xffff) | u1 << 16;
  }

 private:
  /// Whether the lower samples of a quad above are significant: left or right.
  static std::uint32_t corner(std::uint32_t quad) { return quad >> 7 & 1; }
  static std::uint32_t middle(std::uint32_t quad) { return quad >> 5 & 1; }

  template <bool IsFirstRow>
  [[gnu::always_inline]] HtVlcEntry next(std::uint64_t& bits, std::uint32_t const* above,
                                         std::uint32_t q) {
    std::uint32_t index = west_;
    if constexpr (!IsFirstRow) {
      // sigma ne | sigma nf
      std::uint32_t const east = (corner(above[q]) | middle(above[q + 1])) << 7;
      index |= north_ | east << 2;
      north_ = east;
    }
    HtVlcEntry entry = (IsFirstRow ? kFirstRowVlc : kOtherRowVlc)[index | (bits & 0x7f)];
    if (index == 0 && !mel_.event()) entry = 0;
    west_ = entry >> kNextAt;
    bits >>= entry & 63;
    return entry;
  }

  Vlc const& vlc_;
  HtMel mel_;
  std::size_t position_ = 0;
  std::uint32_t west_ = 0;   ///< What the quad on the left adds to the index.
  std::uint32_t north_ = 0;  ///< Bit 7: sigma nw | sigma n.
};

}  // namespace sightline::codec
