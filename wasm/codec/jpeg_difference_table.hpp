#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// A difference of JPEG lossless, modulo 2^16, and how many bits of the stream it takes: 0 where
/// they are no code's.
struct JpegDifference {
  std::uint16_t value = 0;
  unsigned bits = 0;
};

/// A Huffman table of differences: its codes up to kFastBits by a look-up.
/// Source: ISO/IEC 10918-1 C, F.2.2, H.1.2.2.
class JpegDifferenceTable {
 public:
  /// A code has at most 16 bits, and a value 15: that of category 16 has none.
  static constexpr unsigned kMostCodeBits = 16, kMostBits = 31;

  /// `counts`: codes of 1 to 16 bits. False: they are no code's. Symbols are at most 16.
  [[nodiscard]] bool assign(std::span<std::uint8_t const, 16> counts,
                            std::span<std::uint8_t const> symbols);

  /// The difference that begins at the highest of `bits`.
  [[nodiscard]] JpegDifference find(std::uint64_t bits) const {
    Entry const entry = fast_[bits >> (64 - kFastBits)];
    if (entry == 0) [[unlikely]]
      return find_long(bits);
    return {value_of(entry, bits), entry & 63};
  }

 private:
  static constexpr unsigned kFastBits = 10;

  /// Bits 0 to 5: those of code and value; 6 to 10: of the code; 11 to 14: of the value; 16 to 31:
  /// what is added to a value whose first bit is 0. 0: the code is longer, or of category 16.
  using Entry = std::uint32_t;
  [[nodiscard]] static Entry entry_of(unsigned category, unsigned code_bits);

  /// F.2.2.1, EXTEND, without a branch.
  [[nodiscard]] static std::uint16_t value_of(Entry entry, std::uint64_t bits) {
    std::uint64_t const after_code = bits << (entry >> 6 & 31);
    unsigned const category = entry >> 11 & 15;
    std::uint64_t const magnitude = after_code >> 1 >> (63 - category);
    auto const is_negative = static_cast<std::uint32_t>(~after_code >> 63);
    return static_cast<std::uint16_t>(magnitude + ((entry >> 16) & (0u - is_negative)));
  }
  [[nodiscard]] JpegDifference find_long(std::uint64_t bits) const;

  std::array<Entry, std::size_t{1} << kFastBits> fast_{};
  std::array<std::int32_t, kMostCodeBits + 1> last_code_{},
      first_index_{};  ///< by length; -1: none
  std::array<std::uint8_t, 256> categories_{};
};

}  // namespace sightline::codec
