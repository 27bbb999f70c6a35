#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/main_header.hpp"
#include "codec/packet_bits.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/tag_tree.hpp"

namespace sightline::codec {

/// Bits of SPcod that change how code-blocks are read. Source: ISO/IEC 15444-1 table A.19; 15444-15
/// table A.4.
namespace block_style {
inline constexpr std::uint8_t kBypass = 0x01, kTerminateAll = 0x04, kStripeCausal = 0x08;
inline constexpr std::uint8_t kHt = 0x40, kHtMixed = 0x80;
}  // namespace block_style

/// One code-block that a packet brings bytes of.
struct PacketBlock {
  std::uint8_t band = 0;           ///< Of the precinct: LL, or HL, LH, HH.
  std::uint32_t col = 0, row = 0;  ///< In the precinct's grid of that band.
  std::uint32_t zero_planes = 0;   ///< Those that its packet header tells.
  std::uint32_t passes = 0;        ///< Placeholders of HT included.
  std::size_t offset_bytes = 0;    ///< In the reader's data.
  std::uint64_t first_bytes = 0;   ///< HT: the cleanup pass. Others: all segments.
  std::uint64_t second_bytes = 0;  ///< HT: the refinement passes.
};

/// Reads packets of a single-layer stream one after the other: their headers, and where the bytes
/// of their code-blocks are. Source: ISO/IEC 15444-1 B.9, B.10; 15444-15 B.
class PacketReader {
 public:
  /// Lifetime: both outlive the reader.
  PacketReader(MainHeader const& header, std::span<std::byte const> data, std::size_t position)
      : header_(header), data_(data), position_(position) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  /// Continues in the next tile-part: a packet never lies in two. A.4.2.
  void go_on(std::span<std::byte const> data, std::size_t position) {
    data_ = data;
    position_ = position;
  }
  /// Reads the packet at the position, and moves behind it. Errors: truncated, corrupt.
  Status packet(Precinct const& precinct);
  /// The code-blocks of the packet read last, in stream order.
  [[nodiscard]] std::span<PacketBlock const> blocks() const { return blocks_; }

 private:
  [[nodiscard]] bool next_is(std::uint16_t code) const;
  Status read_band(PacketBits& in, std::uint8_t band, BlockGrid grid, std::uint8_t style);
  static Status read_lengths(PacketBits& in, std::uint8_t style, PacketBlock& block);

  MainHeader const& header_;
  std::span<std::byte const> data_;
  std::size_t position_;
  std::vector<PacketBlock> blocks_;
  TagTree inclusion_, zero_planes_;
};

}  // namespace sightline::codec
