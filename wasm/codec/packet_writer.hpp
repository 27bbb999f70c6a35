#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sightline::codec {

/// Bits of a packet header, most significant first; a byte after 0xFF carries seven. Its reader is
/// PacketBits. Source: ISO/IEC 15444-1 B.10.1.
class PacketBitsWriter {
 public:
  /// Lifetime: `out` outlives it.
  explicit PacketBitsWriter(std::vector<std::byte>& out) : out_(out) {}

  void bit(std::uint32_t value) {
    byte_ = byte_ << 1 | value;
    if (--left_ > 0) return;
    out_.push_back(static_cast<std::byte>(byte_));
    left_ = byte_ == 0xff ? 7 : 8;
    byte_ = 0;
  }
  void bits(std::uint32_t value, unsigned count) {
    while (count-- > 0) bit(value >> count & 1);
  }
  /// Fills the last byte up with zeros; one of 0xFF has another one behind it.
  void finish() {
    if (left_ < 8) out_.push_back(static_cast<std::byte>(byte_ << left_));
  }

 private:
  std::vector<std::byte>& out_;
  std::uint32_t byte_ = 0;
  unsigned left_ = 8;
};

/// Encoder's side of a tag tree; the decoder's is TagTree. Source: ISO/IEC 15444-1 B.10.2.
class TagTreeWriter {
 public:
  /// Values row by row. Both sides must be at least 1.
  TagTreeWriter(std::uint32_t cols, std::uint32_t rows, std::vector<std::uint32_t> const& values) {
    levels_.push_back({cols, rows, {}});
    for (std::uint32_t const value : values) levels_.back().nodes.push_back({0, value, false});
    while (levels_.back().cols > 1 || levels_.back().rows > 1) add_level();
  }

  /// Writes what tells whether the leaf's value is below `threshold`.
  void put(std::uint32_t col, std::uint32_t row, std::uint32_t threshold, PacketBitsWriter& bits) {
    std::uint32_t low = 0;
    for (unsigned level = static_cast<unsigned>(levels_.size()); level-- > 0;) {
      Level& grid = levels_[level];
      Node& node = grid.nodes[std::size_t{row >> level} * grid.cols + (col >> level)];
      low = node.low = std::max(low, node.low);
      for (; low < threshold && !node.is_known; node.low = low) {
        node.is_known = low == node.value;
        bits.bit(node.is_known ? 1 : 0);
        if (!node.is_known) ++low;
      }
    }
  }

 private:
  struct Node {
    std::uint32_t low = 0, value = UINT32_MAX;
    bool is_known = false;
  };
  struct Level {
    std::uint32_t cols = 0, rows = 0;
    std::vector<Node> nodes;
  };
  /// Each node has the least value of the (up to) four below it.
  void add_level() {
    Level const& below = levels_.back();
    Level level{(below.cols + 1) / 2, (below.rows + 1) / 2, {}};
    level.nodes.resize(std::size_t{level.cols} * level.rows);
    for (std::uint32_t row = 0; row < below.rows; ++row) {
      for (std::uint32_t col = 0; col < below.cols; ++col) {
        Node& node = level.nodes[std::size_t{row / 2} * level.cols + col / 2];
        node.value = std::min(node.value, below.nodes[std::size_t{row} * below.cols + col].value);
      }
    }
    levels_.push_back(std::move(level));
  }

  std::vector<Level> levels_;  ///< The leaves first.
};

}  // namespace sightline::codec
