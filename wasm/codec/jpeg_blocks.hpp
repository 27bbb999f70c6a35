#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "codec/entropy_bits.hpp"
#include "codec/inverse_dct.hpp"
#include "codec/jpeg_huffman.hpp"

namespace sightline::codec {

/// What a component's blocks are decoded with.
struct JpegBlockTables {
  JpegHuffmanTable const* dc = nullptr;
  JpegHuffmanTable const* ac = nullptr;
  std::array<std::int16_t, 64> steps{};  ///< by zigzag index
};

inline constexpr std::size_t kMostBlockBits = 64 * kJpegMostSymbolBits;

/// Decodes one block to samples. `prediction`: the component's last first coefficient; `block` is
/// all zeros before and after. False: bits that are none, or values too large for inverse_dct.
/// Source: ISO/IEC 10918-1 F.2.2.
[[nodiscard]] bool decode_jpeg_block(JpegBits& bits, JpegBlockTables const& tables,
                                     std::int32_t& prediction, DctBlock& block, std::uint8_t* out,
                                     std::size_t stride);

}  // namespace sightline::codec
