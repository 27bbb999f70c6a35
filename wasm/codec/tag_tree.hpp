#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline::codec {

/// Decoder's side of a tag tree: a quad-tree of minima over a grid of leaves.
/// One object is reused for many grids, so that walking packets does not allocate for each.
/// Source: ISO/IEC 15444-1 B.10.2.
class TagTree {
 public:
  /// Forgets everything and takes the shape of a grid. Both sides must be at least 1.
  void reset(std::uint32_t cols, std::uint32_t rows) {
    std::size_t nodes = 0;
    depth_ = 0;
    while (true) {
      levels_[depth_++] = {nodes, cols};
      nodes += std::size_t{cols} * rows;
      if (cols == 1 && rows == 1) break;
      cols = (cols + 1) / 2;
      rows = (rows + 1) / 2;
    }
    nodes_.assign(nodes, Node{});
  }

  /// Reads as many bits as tell whether the leaf's value is below `threshold`.
  /// `read_bit` returns 0 or 1; at the end of its input it may return anything.
  template <class ReadBit>
  bool is_below(std::uint32_t col, std::uint32_t row, std::uint32_t threshold, ReadBit& read_bit) {
    std::uint32_t low = 0;
    Node* node = nullptr;
    for (std::size_t level = depth_; level-- > 0;) {
      node = &nodes_[levels_[level].first + std::size_t{row >> level} * levels_[level].cols +
                     (col >> level)];
      low = std::max(low, node->low);
      while (low < threshold && low < node->value) {
        if (read_bit() != 0) {
          node->value = low;
        } else {
          ++low;
        }
      }
      node->low = low;
    }
    return node->value < threshold;
  }

 private:
  struct Node {
    std::uint32_t low = 0, value = UINT32_MAX;
  };
  struct Level {
    std::size_t first = 0;
    std::uint32_t cols = 0;
  };
  // 32 halvings bring any 32-bit side to 1.
  std::array<Level, 33> levels_{};
  std::size_t depth_ = 0;
  std::vector<Node> nodes_;
};

}  // namespace sightline::codec
