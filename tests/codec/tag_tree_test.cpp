#include "codec/tag_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace sightline::codec {
namespace {

/// The coder's side of a tag tree, written from B.10.2's text: minima upwards, then each node's
/// surplus over its parent in unary.
class TagTreeWriter {
 public:
  TagTreeWriter(std::uint32_t cols, std::uint32_t rows, std::vector<std::uint32_t> leaves) {
    levels_.push_back({cols, rows, std::move(leaves)});
    while (levels_.back().cols > 1 || levels_.back().rows > 1) {
      Level const& below = levels_.back();
      Level above{(below.cols + 1) / 2, (below.rows + 1) / 2, {}};
      above.values.assign(std::size_t{above.cols} * above.rows, UINT32_MAX);
      for (std::uint32_t row = 0; row < below.rows; ++row) {
        for (std::uint32_t col = 0; col < below.cols; ++col) {
          auto& value = above.values[row / 2 * above.cols + col / 2];
          value = std::min(value, below.values[row * below.cols + col]);
        }
      }
      levels_.push_back(above);
    }
  }

  void write(std::uint32_t col, std::uint32_t row, std::uint32_t threshold,
             std::vector<int>& bits) {
    std::uint32_t parent = 0;
    for (std::size_t level = levels_.size(); level-- > 0;) {
      std::uint32_t const x = col >> level, y = row >> level;
      std::uint32_t const value = levels_[level].values[y * levels_[level].cols + x];
      auto& state = states_[{level, y, x}];
      state.low = std::max(state.low, parent);
      while (state.low < threshold && !state.is_known) {
        if (state.low < value) {
          bits.push_back(0);
          ++state.low;
        } else {
          bits.push_back(1);
          state.is_known = true;
        }
      }
      parent = state.low;
    }
  }

 private:
  struct Level {
    std::uint32_t cols = 0, rows = 0;
    std::vector<std::uint32_t> values;
  };
  struct State {
    std::uint32_t low = 0;
    bool is_known = false;
  };
  std::vector<Level> levels_;
  std::map<std::tuple<std::size_t, std::uint32_t, std::uint32_t>, State> states_;
};

TEST(TagTree, ReadsTheExampleOfTheStandard) {
  // Figure B.13: leaves 1 3 2 3 2 3 / 2 2 1 4 3 2 / 2 2 2 2 1 2; "01111", "001", "101" come first.
  std::vector<int> const bits = {0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1};
  std::size_t next = 0;
  auto read = [&] { return bits[next++]; };
  TagTree const tree(6, 3);
  std::vector<TagNode<std::uint8_t>> nodes(tree.nodes());
  auto const node_at = [&](std::size_t at) -> auto& { return nodes[at]; };
  auto const value_of = [&](std::uint32_t col, std::uint32_t row) {
    std::uint32_t value = 0;
    while (!tree.is_below(col, row, value + 1, node_at, read)) ++value;
    return value;
  };
  EXPECT_EQ(value_of(0, 0), 1u);
  EXPECT_EQ(next, 5u);
  EXPECT_EQ(value_of(1, 0), 3u);
  EXPECT_EQ(next, 8u);
  EXPECT_EQ(value_of(2, 0), 2u);
  EXPECT_EQ(next, 11u);
}

class TagTreeSizes : public testing::TestWithParam<std::pair<std::uint32_t, std::uint32_t>> {};

TEST_P(TagTreeSizes, ReadsWhatTheWriterWrote) {
  auto const [cols, rows] = GetParam();
  std::vector<std::uint32_t> leaves;
  for (std::uint32_t i = 0; i < cols * rows; ++i) leaves.push_back(i * 2654435761u % 7);
  std::vector<int> bits;
  TagTreeWriter writer(cols, rows, leaves);
  for (std::uint32_t i = 0; i < cols * rows; ++i)
    writer.write(i % cols, i / cols, leaves[i] + 1, bits);

  TagTree const tree(cols, rows);
  std::vector<TagNode<std::uint16_t>> nodes(tree.nodes());
  auto const node_at = [&](std::size_t at) -> auto& { return nodes.at(at); };
  std::size_t next = 0;
  auto read = [&] { return next < bits.size() ? bits[next++] : (ADD_FAILURE(), 1); };
  for (std::uint32_t i = 0; i < cols * rows; ++i) {
    EXPECT_FALSE(tree.is_below(i % cols, i / cols, leaves[i], node_at, read));
    EXPECT_TRUE(tree.is_below(i % cols, i / cols, leaves[i] + 1, node_at, read));
    EXPECT_EQ(nodes[tree.first_leaf() + i].value, leaves[i]);
  }
  EXPECT_EQ(next, bits.size());
}

INSTANTIATE_TEST_SUITE_P(All, TagTreeSizes,
                         testing::Values(std::pair{1u, 1u}, std::pair{2u, 1u}, std::pair{1u, 9u},
                                         std::pair{6u, 3u}, std::pair{17u, 5u},
                                         std::pair{32u, 32u}));

}  // namespace
}  // namespace sightline::codec
