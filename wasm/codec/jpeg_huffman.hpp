#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// A symbol with the bits of its value, all that the decoder's loop asks for: bits 0 to 5, how many
/// bits of the stream it takes; 8 to 14, coefficients to step over; 16 to 31, the value.
/// 0: the bits are no symbol's.
using JpegSymbol = std::uint32_t;

constexpr unsigned jpeg_symbol_bits(JpegSymbol symbol) { return symbol & 63; }
constexpr unsigned jpeg_symbol_skip(JpegSymbol symbol) { return symbol >> 8 & 127; }
constexpr std::int32_t jpeg_symbol_value(JpegSymbol symbol) {
  return static_cast<std::int32_t>(symbol) >> 16;
}
/// End of block: steps over more than there is.
inline constexpr unsigned kJpegEndOfBlock = 127;
/// A code has at most 16 bits, and a value, of baseline pictures, 11.
inline constexpr unsigned kJpegMostSymbolBits = 27;

/// A Huffman table, its codes up to kFastBits by a look-up: with their value where it fits as well.
/// Source: ISO/IEC 10918-1 C, F.2.2.
class JpegHuffmanTable {
 public:
  /// `counts`: codes of 1 to 16 bits. False: they are no code's, or symbols have values of more
  /// than 11 bits (AC: 10), which baseline pictures do not have.
  [[nodiscard]] bool assign(std::span<std::uint8_t const, 16> counts,
                            std::span<std::uint8_t const> symbols, bool is_dc);
  [[nodiscard]] bool is_set() const { return is_set_; }

  /// The symbol that begins at the highest of `bits`.
  [[nodiscard]] JpegSymbol find(std::uint64_t bits) const {
    JpegSymbol const symbol = fast_[bits >> (64 - kFastBits)];
    if ((symbol & kWhole) != 0) [[likely]]
      return symbol;
    return find_long(bits, symbol);
  }

 private:
  static constexpr unsigned kFastBits = 10;
  static constexpr std::uint32_t kWhole = 64;  ///< the entry has the value, too

  [[nodiscard]] JpegSymbol entry_of(std::uint8_t symbol, unsigned code_bits) const;
  [[nodiscard]] static JpegSymbol with_value(JpegSymbol entry, std::uint64_t bits);
  [[nodiscard]] JpegSymbol find_long(std::uint64_t bits, JpegSymbol entry) const;

  bool is_set_ = false, is_dc_ = false;
  std::array<JpegSymbol, std::size_t{1} << kFastBits> fast_{};
  std::array<std::int32_t, 17> last_code_{}, first_index_{};  ///< by length; last_code_ -1: none
  std::array<std::uint8_t, 256> symbols_{};
};

}  // namespace sightline::codec
