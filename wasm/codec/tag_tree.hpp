#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sightline::codec {

/// What a decoder knows of a node of a tag tree: its value is at least `low`; the largest one is
/// not known yet.
template <class Word>
struct TagNode {
  Word low = 0, value = std::numeric_limits<Word>::max();
};

/// Decoder's side of a tag tree: a quad-tree of minima over a grid of leaves. Its nodes lie, the
/// root first, in whatever array `node_at` reaches into. Source: ISO/IEC 15444-1 B.10.2.
class TagTree {
 public:
  /// Both sides must be at least 1.
  TagTree(std::uint32_t cols, std::uint32_t rows)
      : cols_(cols),
        rows_(rows),
        depth_(static_cast<unsigned>(std::bit_width(std::max(cols, rows) - 1)) + 1) {}

  [[nodiscard]] std::size_t nodes() const {
    std::size_t nodes = 0;
    for (unsigned level = 0; level < depth_; ++level) nodes += nodes_of(level);
    return nodes;
  }
  /// The first leaf's number; the others follow row by row.
  [[nodiscard]] std::size_t first_leaf() const { return nodes() - nodes_of(0); }

  /// Reads as many bits as tell whether the leaf's value is below `threshold`, which a node's word
  /// must hold. `node_at` gives the TagNode of a number. `read_bit` returns 0 or 1; at the end of
  /// its input it may return anything.
  template <class NodeAt, class ReadBit>
  bool is_below(std::uint32_t col, std::uint32_t row, std::uint32_t threshold, NodeAt&& node_at,
                ReadBit& read_bit) const {
    std::uint32_t low = 0, value = 0;
    std::size_t first = 0;
    for (unsigned level = depth_; level-- > 0;) {
      auto& node = node_at(first + std::size_t{row >> level} * side(cols_, level) + (col >> level));
      using Word = decltype(node.low);
      first += nodes_of(level);
      low = std::max<std::uint32_t>(low, node.low);
      while (low < threshold && low < node.value) {
        if (read_bit() != 0) {
          node.value = static_cast<Word>(low);
        } else {
          ++low;
        }
      }
      node.low = static_cast<Word>(low);
      value = node.value;
    }
    return value < threshold;
  }

 private:
  /// Leaves have level 0. Each level above has half of a side, rounded up.
  static std::size_t side(std::uint32_t leaves, unsigned level) {
    return (std::size_t{leaves - 1} >> level) + 1;
  }
  [[nodiscard]] std::size_t nodes_of(unsigned level) const {
    return side(cols_, level) * side(rows_, level);
  }

  std::uint32_t cols_, rows_;
  unsigned depth_;
};

}  // namespace sightline::codec
