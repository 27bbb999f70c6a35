#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/jpeg_huffman.hpp"

namespace sightline::codec {

/// One component of a baseline JPEG, and the tables that its blocks are decoded with.
struct JpegComponent {
  std::uint8_t id = 0, across = 1, down = 1;  ///< Hi, Vi
  std::uint8_t quantization = 0, dc = 0, ac = 0;
};

/// Everything up to the first scan's bits.
struct JpegScanHeader {
  std::uint16_t rows = 0, cols = 0;
  std::vector<JpegComponent> components;
  /// By zigzag index; a table that was never sent is not `has_quantization`.
  std::array<std::array<std::uint8_t, 64>, 4> quantization{};
  std::array<bool, 4> has_quantization{};
  std::array<JpegHuffmanTable, 4> dc, ac;
  std::uint32_t restart_interval = 0;  ///< in MCUs; 0: none
  std::size_t bits_at = 0;             ///< where the bits begin
};

/// The header of a picture of one scan that our own decoder takes: sequential, Huffman-coded, 8
/// bits a sample, one or three components. Nothing of others, and of headers with anything unusual:
/// they are the library's. Source: ISO/IEC 10918-1 B.2.
std::optional<JpegScanHeader> read_jpeg_scan_header(std::span<std::byte const> bytes);

}  // namespace sightline::codec
