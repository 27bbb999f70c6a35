#include "codec/jpeg_difference_table.hpp"

#include <algorithm>

namespace sightline::codec {
namespace {

/// Its difference is 32768, which needs no bits.
constexpr unsigned kLastCategory = 16;

}  // namespace

JpegDifferenceTable::Entry JpegDifferenceTable::entry_of(unsigned category, unsigned code_bits) {
  std::uint32_t const least = (1u - (1u << category)) & 0xffff;
  return (code_bits + category) | code_bits << 6 | category << 11 | least << 16;
}

JpegDifference JpegDifferenceTable::find_long(std::uint64_t bits) const {
  for (unsigned length = 1; length <= kMostCodeBits; ++length) {
    auto const code = static_cast<std::int32_t>(bits >> (64 - length));
    if (code > last_code_[length]) continue;
    auto const index = static_cast<std::size_t>(first_index_[length] + code) & 255;
    unsigned const category = categories_[index];
    if (category == kLastCategory) return {0x8000, length};
    Entry const entry = entry_of(category, length);
    return {value_of(entry, bits), entry & 63};
  }
  return {};
}

bool JpegDifferenceTable::assign(std::span<std::uint8_t const, 16> counts,
                                 std::span<std::uint8_t const> symbols) {
  fast_.fill(0);
  last_code_.fill(-1);
  std::size_t at = 0;
  std::uint32_t code = 0;
  for (unsigned length = 1; length <= kMostCodeBits; ++length, code <<= 1) {
    std::size_t const count = counts[length - 1];
    if (at + count > symbols.size() || at + count > categories_.size()) return false;
    first_index_[length] = static_cast<std::int32_t>(at) - static_cast<std::int32_t>(code);
    for (std::size_t i = 0; i < count; ++i, ++at, ++code) {
      unsigned const category = categories_[at] = symbols[at];
      if (code >= 1u << length || category > kLastCategory) return false;
      if (length > kFastBits || category == kLastCategory) continue;
      unsigned const free_bits = kFastBits - length;
      auto const first = fast_.begin() + static_cast<std::ptrdiff_t>(code << free_bits);
      std::fill(first, first + (std::ptrdiff_t{1} << free_bits), entry_of(category, length));
    }
    if (count > 0) last_code_[length] = static_cast<std::int32_t>(code) - 1;
  }
  return true;
}

}  // namespace sightline::codec
