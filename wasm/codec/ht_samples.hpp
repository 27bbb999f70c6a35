#pragma once
// A quad's samples out of the MagSgn bits. Source: ISO/IEC 15444-15 7.3.8.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "codec/ht_quads.hpp"
#include "codec/vector4.hpp"

namespace sightline::codec {

/// How many bits each sample of a quad has, in 16-bit fields, and their sums: field n is what
/// samples 0 to n have together. At most 4 x 31.
struct QuadBits {
  std::uint64_t counts = 0, sums = 0;
  [[nodiscard]] std::uint32_t total() const { return static_cast<std::uint32_t>(sums >> 48); }
};

inline constexpr std::uint64_t kEachField = 0x0001000100010001;

/// By four bits: a field of 1 where the bit is set.
inline constexpr auto kFields = [] {
  std::array<std::uint64_t, 16> fields{};
  for (unsigned i = 0; i < 16; ++i) {
    for (unsigned n = 0; n < 4; ++n) fields[i] |= std::uint64_t{i >> n & 1} << (16 * n);
  }
  return fields;
}();

/// m_n = sigma_n U_q - e_k. 15444-15 7.3.8.
[[gnu::always_inline]] inline QuadBits quad_bits(std::uint32_t quad, std::uint32_t most) {
  QuadBits bits;
  bits.counts = kFields[quad >> 4 & 15] * most - kFields[quad >> 12 & 15];
  bits.sums = bits.counts * kEachField;
  return bits;
}

/// kappa: 1, or what the samples above have, if more than one of the quad is significant (gamma).
[[gnu::always_inline]] inline std::uint32_t exponent_bound(std::uint32_t quad,
                                                           std::uint32_t above) {
  std::uint32_t const significance = quad & kSignificant;
  std::uint32_t const is_many = (significance & (significance - 1)) != 0 ? 1 : 0;
  auto const width = static_cast<std::uint32_t>(std::bit_width(above));
  return 1 + (std::max(width, 2u) - 2) * is_many;
}

/// Of four samples: 2 mu - 1 (0 where not significant), and the sign in bit 0 of the raw bits.
struct QuadValues {
  U32x4 magnitude, raw;
};

/// Any number of bits. `magsgn`: HtBits.
template <class MagSgn>
QuadValues quad_values(MagSgn const& magsgn, std::size_t position, std::uint32_t quad,
                       std::uint32_t most) {
  QuadValues values{};
  for (unsigned n = 0; n < 4; ++n) {
    if ((quad >> (4 + n) & 1) == 0) continue;
    std::uint32_t const count = most - (quad >> (12 + n) & 1);
    auto const raw = static_cast<std::uint32_t>(magsgn.at(position));
    std::uint32_t const one = quad >> (8 + n) & 1;
    values.raw[n] = raw & 1;
    values.magnitude[n] = (raw & ((1u << count) - 1)) | one << count | 1;
    position += count;
  }
  return values;
}

/// U_q up to which two quads' samples go in lanes of 16 bits: with up to seven bits before them
/// they lie in 16 bytes, and 2 mu + 1 has a sign.
inline constexpr std::uint32_t kMostPairBits16 = 14;

/// The same of both quads of a pair, in their order.
struct PairValues {
  U16x8 magnitude, raw;
};

/// Two quads' samples at once, of at most kMostPairBits16 bits. Only where kHasByteLookup.
class PairExtractor {
 public:
  /// `quads`: the two. `bytes`: of the MagSgn bits, 16 of them, with the pair's first bit in the
  /// first byte, at `bit`.
  [[gnu::always_inline]] PairValues values(std::uint32_t const* quads, QuadBits const& first,
                                           QuadBits const& second, std::uint8_t const* bytes,
                                           std::uint32_t bit) const {
    // Each field of 16 bits: where its sample begins.
    U64x2 const places = {(first.sums << 16) + bit * kEachField,
                          (second.sums << 16) + (bit + first.total()) * kEachField};
    auto const begin = bits4<U16x8>(places);
    auto const from = load4<U8x16>(bytes);
    // Bytes k and k + 1, and k + 1 and k + 2, in each lane. A shift by lane is a product: up by
    // eight less than it is down.
    U16x8 const at = (begin >> 3) * both_bytes_ + next_byte_;
    auto const low = bits4<U16x8>(lookup16(from, bits4<U8x16>(at)));
    auto const high = bits4<U16x8>(lookup16(from, bits4<U8x16>(at + both_bytes_)));
    U16x8 const shift = (begin & 7) * both_bytes_ + eighth_byte_;
    auto const factor = bits4<U16x8>(lookup16(down_powers_, bits4<U8x16>(shift)));
    PairValues values;
    values.raw = (low * factor) >> 8 | ((high * factor) & upper_byte_);
    auto const counts = bits4<U16x8>(U64x2{first.counts, second.counts});
    U16x8 const power = counts * both_bytes_ - eighth_byte_;
    auto const top = bits4<U16x8>(lookup16(powers_, bits4<U8x16>(power)));
    std::uint64_t both;
    std::memcpy(&both, quads, sizeof(both));
    auto const twice = bits4<U16x8>(U64x2{both, both});
    U16x8 const flags = __builtin_shufflevector(twice, twice, 0, 0, 0, 0, 6, 6, 6, 6);
    auto const significant = bits4<U16x8>((flags & significance_) == significance_);
    auto const known_one = bits4<U16x8>((flags & one_) == one_);
    values.magnitude = ((values.raw & (top - 1)) | (top & known_one) | 1) & significant;
    return values;
  }

 private:
  U16x8 both_bytes_ = kept4(splat8(0x0101)), next_byte_ = kept4(splat8(0x0100)),
        eighth_byte_ = kept4(splat8(0x0800)), upper_byte_ = kept4(splat8(0xff00));
  /// 2^(8 - n) of 16 bits: its lower byte by n, its upper one by n + 8.
  U8x16 down_powers_ = kept4(U8x16{0, 128, 64, 32, 16, 8, 4, 2, 1});
  /// 2^n: its lower byte by n, its upper one by n - 8.
  U8x16 powers_ = kept4(U8x16{1, 2, 4, 8, 16, 32, 64, 128});
  U16x8 significance_ = kept4(U16x8{0x10, 0x20, 0x40, 0x80, 0x10, 0x20, 0x40, 0x80});
  U16x8 one_ = kept4(U16x8{0x100, 0x200, 0x400, 0x800, 0x100, 0x200, 0x400, 0x800});
};

}  // namespace sightline::codec
