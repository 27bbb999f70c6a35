#include "codec/jpeg_huffman.hpp"

#include <algorithm>

namespace sightline::codec {
namespace {

constexpr unsigned kMostBits = 16;

}  // namespace

/// A symbol without its value: in the value's place, how many bits it has.
JpegSymbol JpegHuffmanTable::entry_of(std::uint8_t symbol, unsigned code_bits) const {
  unsigned const size = is_dc_ ? symbol : symbol & 15u;
  unsigned run = is_dc_ ? 0 : symbol >> 4;
  if (!is_dc_ && size == 0 && run != 15) run = kJpegEndOfBlock;
  return code_bits | run << 8 | size << 16;
}

/// F.2.2.1, EXTEND.
JpegSymbol JpegHuffmanTable::with_value(JpegSymbol entry, std::uint64_t bits) {
  unsigned const code_bits = jpeg_symbol_bits(entry), size = entry >> 16;
  std::int32_t value = 0;
  if (size > 0) {
    value = static_cast<std::int32_t>(bits << code_bits >> (64 - size));
    if (value < (1 << (size - 1))) value -= (1 << size) - 1;
  }
  return (entry & 0x7f00u) | kWhole | (code_bits + size) | static_cast<std::uint32_t>(value) << 16;
}

JpegSymbol JpegHuffmanTable::find_long(std::uint64_t bits, JpegSymbol entry) const {
  if (entry != 0) return with_value(entry, bits);
  for (unsigned length = kFastBits + 1; length <= kMostBits; ++length) {
    auto const code = static_cast<std::int32_t>(bits >> (64 - length));
    if (code > last_code_[length]) continue;
    auto const index = static_cast<std::size_t>(first_index_[length] + code) & 255;
    return with_value(entry_of(symbols_[index], length), bits);
  }
  return 0;
}

bool JpegHuffmanTable::assign(std::span<std::uint8_t const, 16> counts,
                              std::span<std::uint8_t const> symbols, bool is_dc) {
  is_set_ = false;
  is_dc_ = is_dc;
  fast_.fill(0);
  last_code_.fill(-1);
  std::size_t at = 0;
  std::int32_t code = 0;
  for (unsigned length = 1; length <= kMostBits; ++length, code <<= 1) {
    std::size_t const count = counts[length - 1];
    if (at + count > symbols.size() || at + count > symbols_.size()) return false;
    first_index_[length] = static_cast<std::int32_t>(at) - code;
    for (std::size_t i = 0; i < count; ++i, ++at, ++code) {
      std::uint8_t const symbol = symbols[at];
      if ((is_dc ? symbol : symbol & 15u) > (is_dc ? 11u : 10u)) return false;
      symbols_[at] = symbol;
      if (code >= 1 << length) return false;
      if (length > kFastBits) continue;
      unsigned const free_bits = kFastBits - length;
      std::size_t const first = static_cast<std::size_t>(code) << free_bits;
      JpegSymbol const entry = entry_of(symbol, length);
      for (std::size_t low = 0; low < std::size_t{1} << free_bits; ++low) {
        bool const has_value = (entry >> 16) <= free_bits;
        fast_[first + low] =
            has_value ? with_value(entry, std::uint64_t{first + low} << (64 - kFastBits)) : entry;
      }
    }
    if (count > 0) last_code_[length] = code - 1;
  }
  is_set_ = true;
  return true;
}

}  // namespace sightline::codec
