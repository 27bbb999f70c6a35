#include "codec/block_values.hpp"

#include <algorithm>
#include <bit>

namespace sightline::codec {

std::int32_t block_value(SampleBlock const& block, std::size_t i) {
  if (block.bits_allocated == 8) {
    auto const byte = std::to_integer<std::uint8_t>(block.bytes[i]);
    return block.is_signed ? std::bit_cast<std::int8_t>(byte) : std::int32_t{byte};
  }
  auto const word =
      static_cast<std::uint16_t>(std::to_integer<unsigned>(block.bytes[2 * i]) |
                                 std::to_integer<unsigned>(block.bytes[2 * i + 1]) << 8);
  return block.is_signed ? std::bit_cast<std::int16_t>(word) : std::int32_t{word};
}

unsigned block_precision(SampleBlock const& block, unsigned bits_stored) {
  unsigned const bits = std::clamp<unsigned>(bits_stored, 1, block.bits_allocated);
  std::int32_t const low = block.is_signed ? -(1 << (bits - 1)) : 0;
  std::int32_t const high = block.is_signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  std::size_t const count = block.bytes.size() / (block.bits_allocated / 8u);
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t const value = block_value(block, i);
    if (value < low || value > high) return block.bits_allocated;
  }
  return bits;
}

bool has_encoded_shape(SampleBlock const& block) {
  return (block.bits_allocated == 8 || block.bits_allocated == 16) &&
         (block.samples == 1 || block.samples == 3) && block.rows > 0 && block.cols > 0;
}

bool has_all_bytes(SampleBlock const& block) {
  return block.bytes.size() ==
         std::uint64_t{block.rows} * block.cols * block.samples * (block.bits_allocated / 8u);
}

}  // namespace sightline::codec
