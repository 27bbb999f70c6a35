#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/block_style.hpp"
#include "codec/packet_bits.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/tag_tree.hpp"
#include "codec/tile_coding.hpp"

namespace sightline::codec {

/// Passes that may follow the first `done` ones of a Part 1 code-block in their code-word segment.
/// Source: ISO/IEC 15444-1 B.10.7.2, table D.9.
std::uint32_t segment_room(std::uint8_t style, std::uint32_t done);

/// What a packet brings of one code-word segment of a Part 1 code-block.
struct PacketSegment {
  std::uint32_t passes = 0;
  std::uint64_t bytes = 0;
};

/// One code-block that a packet brings bytes of.
struct PacketBlock {
  std::uint8_t band = 0;           ///< Of the precinct: LL, or HL, LH, HH.
  std::uint32_t col = 0, row = 0;  ///< In the precinct's grid of that band.
  std::uint32_t zero_planes = 0;   ///< Those that its packet header tells.
  std::uint32_t passes = 0;        ///< In this packet; placeholders of HT included.
  std::size_t offset_bytes = 0;    ///< In the reader's data.
  std::uint64_t first_bytes = 0;   ///< HT: the cleanup pass. Others: all segments.
  std::uint64_t second_bytes = 0;  ///< HT: the refinement passes.
  std::size_t first_segment = 0, segment_count = 0;  ///< Of segments(); HT has none.
};

/// What the packets of a precinct's layers know of each other: eight bytes for each node of its tag
/// trees, for there may be a hundred thousand precincts. Source: ISO/IEC 15444-1 B.10.2, B.10.7.1.
class PrecinctState {
 public:
  /// As before the first packet.
  void reset(Precinct const& precinct);

 private:
  friend class PacketReader;
  /// Of both trees, which are of one shape; and of a code-block, where it is a leaf.
  struct Node {
    TagNode<std::uint16_t> inclusion;  ///< Of at most 65535 layers.
    TagNode<std::uint8_t> zero_planes;
    std::uint8_t passes = 0;       ///< At most 10 + 3 x 75.
    std::uint8_t length_bits = 0;  ///< 0: no packet has brought anything yet.
  };
  std::vector<Node> nodes_;  ///< Band by band.
};

/// Reads packets one after the other: their headers, and where the bytes of their code-blocks are.
/// Source: ISO/IEC 15444-1 B.9, B.10; 15444-15 B.
class PacketReader {
 public:
  /// Lifetime: both outlive the reader.
  PacketReader(TileCoding const& coding, std::span<std::byte const> data, std::size_t position)
      : coding_(coding), data_(data), position_(position) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  /// Continues in the next tile-part: a packet never lies in two. A.4.2.
  void go_on(std::span<std::byte const> data, std::size_t position) {
    data_ = data;
    position_ = position;
  }
  /// From here on headers are these, one after the other, and bodies are alone at the position.
  /// Source: A.7.4, A.7.5.
  void take_headers_from(std::span<std::byte const> headers) {
    headers_ = headers;
    has_packed_headers_ = true;
  }
  [[nodiscard]] bool has_headers_left() const { return header_position_ < headers_.size(); }
  /// Reads the packet at the position, and moves behind it. Errors: truncated, corrupt, unsupported
  /// (several HT sets); the blocks are then those whose bytes are all there.
  Status packet(Precinct const& precinct, std::uint32_t layer, PrecinctState& state);
  /// The same of the only layer.
  Status packet(Precinct const& precinct);
  /// The code-blocks of the packet read last, in stream order.
  [[nodiscard]] std::span<PacketBlock const> blocks() const { return blocks_; }
  [[nodiscard]] std::span<PacketSegment const> segments_of(PacketBlock const& block) const {
    return std::span(segments_).subspan(block.first_segment, block.segment_count);
  }

 private:
  Status read_band(PacketBits& in, std::uint8_t band, BlockGrid grid, std::uint8_t style,
                   std::uint32_t layer, std::span<PrecinctState::Node> nodes);
  Status read_header(Precinct const& precinct, std::uint32_t layer, PrecinctState& state);
  Status read_lengths(PacketBits& in, std::uint8_t style, PrecinctState::Node& known,
                      PacketBlock& block);

  TileCoding const& coding_;
  std::span<std::byte const> data_;
  std::size_t position_;
  std::span<std::byte const> headers_;
  std::size_t header_position_ = 0;
  bool has_packed_headers_ = false, has_seen_eph_ = false;
  std::vector<PacketBlock> blocks_;
  std::vector<PacketSegment> segments_;
  PrecinctState only_layer_;
};

}  // namespace sightline::codec
