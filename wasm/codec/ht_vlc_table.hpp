#pragma once
#include <array>
#include <cstdint>

namespace sightline::codec {

/// One VLC code word of a quad. Source: ISO/IEC 15444-15 annex C.
struct HtCodeWord {
  std::uint32_t context, significance, has_offset, known, known_one, code, length;
};

#include "codec/ht_vlc_table.inc"

/// A quad as its code word gives it. Bits: 3 u_off, 4 to 7 significance of samples 0 to 3 (top
/// left, bottom left, top right, bottom right), 8 to 11 e_1, 12 to 15 e_k. Source: 15444-15 7.3.5.
using HtQuad = std::uint32_t;

/// A table's entry. Bits 0 to 5: the length, alone, so that the entry itself is a shift by it; from
/// kQuadAt on: the quad's; from kNextAt on: what it adds to the table index of the one on its
/// right.
using HtVlcEntry = std::uint32_t;
inline constexpr unsigned kQuadAt = 3, kNextAt = 19;

/// By context (three bits) and the next seven bits of the stream. A code that no word has gives 0.
using HtVlcTable = std::array<HtVlcEntry, 1024>;

namespace ht_detail {

/// Source: 15444-15 7.3.5, equations 1 (first row of quads) and 2 (others).
constexpr std::uint32_t next_context(std::uint32_t significance, bool is_first_row) {
  std::uint32_t const s0 = significance & 1, s1 = significance >> 1 & 1;
  std::uint32_t const s2 = significance >> 2 & 1, s3 = significance >> 3 & 1;
  return is_first_row ? ((s0 | s1) | s2 << 1 | s3 << 2) : (s2 | s3) << 1;
}

template <std::size_t Words>
constexpr HtVlcTable expand(HtCodeWord const (&words)[Words], bool is_first_row) {
  HtVlcTable table{};
  for (HtCodeWord const& word : words) {
    std::uint32_t const next = next_context(word.significance, is_first_row);
    HtQuad const quad =
        word.has_offset << 3 | word.significance << 4 | word.known_one << 8 | word.known << 12;
    HtVlcEntry const entry = word.length | quad << kQuadAt | next << (kNextAt + 7);
    for (std::uint32_t rest = 0; rest < (128u >> word.length); ++rest) {
      table[word.context << 7 | rest << word.length | word.code] = entry;
    }
  }
  return table;
}

}  // namespace ht_detail

inline constexpr HtVlcTable kFirstRowVlc = ht_detail::expand(kFirstRowCodeWords, true);
inline constexpr HtVlcTable kOtherRowVlc = ht_detail::expand(kOtherRowCodeWords, false);

/// The prefixes of a quad pair's two u values and what is between them. Source: 15444-15 7.3.6,
/// table 3.
struct alignas(8) HtOffsetPair {
  std::uint8_t prefix_bits = 0;   ///< Of both, and u of the second quad where it is one bit.
  std::uint8_t suffix_bits = 0;   ///< Of both.
  std::uint8_t first_suffix = 0;  ///< Bits of the first quad's.
  std::uint8_t base0 = 0, base1 = 0;
  std::uint8_t bits = 0;  ///< Of all of these.
};

namespace ht_detail {

struct Prefix {
  std::uint8_t bits, suffix_bits, base;
};
constexpr Prefix prefix_of(std::uint32_t bits) {
  if ((bits & 1) != 0) return {1, 0, 1};
  if ((bits & 2) != 0) return {2, 0, 2};
  if ((bits & 4) != 0) return {3, 1, 3};
  return {3, 5, 5};
}

/// mode: which quads have an offset (1, 2, 3 = both); 4 = both, and both are over 2.
constexpr HtOffsetPair offset_pair(std::uint32_t mode, std::uint32_t bits, bool is_first_row) {
  if (mode == 0) return {};
  Prefix const first = prefix_of(bits);
  if (mode == 1) return {first.bits, first.suffix_bits, first.suffix_bits, first.base, 0};
  if (mode == 2) return {first.bits, first.suffix_bits, 0, 0, first.base};
  bits >>= first.bits;
  if (mode == 3 && is_first_row && first.bits == 3) {
    // One of the two is at most 2, and it is not the first.
    return {4, first.suffix_bits, first.suffix_bits, first.base,
            static_cast<std::uint8_t>(1 + (bits & 1))};
  }
  Prefix const second = prefix_of(bits);
  unsigned const more = mode == 4 ? 2 : 0;
  return {static_cast<std::uint8_t>(first.bits + second.bits),
          static_cast<std::uint8_t>(first.suffix_bits + second.suffix_bits), first.suffix_bits,
          static_cast<std::uint8_t>(first.base + more),
          static_cast<std::uint8_t>(second.base + more)};
}

template <std::size_t Modes>
constexpr std::array<HtOffsetPair, Modes * 64> offset_table(bool is_first_row) {
  std::array<HtOffsetPair, Modes * 64> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    table[i] = offset_pair(i >> 6, i & 63, is_first_row);
    table[i].bits = static_cast<std::uint8_t>(table[i].prefix_bits + table[i].suffix_bits);
  }
  return table;
}

}  // namespace ht_detail

/// By mode and the next six bits of the stream.
inline constexpr auto kFirstRowOffsets = ht_detail::offset_table<5>(true);
inline constexpr auto kOtherRowOffsets = ht_detail::offset_table<4>(false);

}  // namespace sightline::codec
