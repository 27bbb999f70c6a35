#pragma once
#include <algorithm>
#include <bit>
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
    cols_ = cols;
    rows_ = rows;
    depth_ = static_cast<unsigned>(std::bit_width(std::max(cols, rows) - 1)) + 1;
    std::size_t nodes = 0;
    for (unsigned level = 0; level < depth_; ++level) nodes += nodes_of(level);
    nodes_.assign(nodes, Node{});
  }

  /// Reads as many bits as tell whether the leaf's value is below `threshold`.
  /// `read_bit` returns 0 or 1; at the end of its input it may return anything.
  template <class ReadBit>
  bool is_below(std::uint32_t col, std::uint32_t row, std::uint32_t threshold, ReadBit& read_bit) {
    std::uint32_t low = 0;
    Node* node = nullptr;
    Node* first = nodes_.data();
    for (unsigned level = depth_; level-- > 0;) {
      node = first + std::size_t{row >> level} * side(cols_, level) + (col >> level);
      first += nodes_of(level);
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
  /// Leaves have level 0. Each level above has half of a side, rounded up.
  static std::size_t side(std::uint32_t leaves, unsigned level) {
    return (std::size_t{leaves - 1} >> level) + 1;
  }
  [[nodiscard]] std::size_t nodes_of(unsigned level) const {
    return side(cols_, level) * side(rows_, level);
  }

  std::uint32_t cols_ = 0, rows_ = 0;
  unsigned depth_ = 0;
  std::vector<Node> nodes_;  ///< The root first.
};

}  // namespace sightline::codec
