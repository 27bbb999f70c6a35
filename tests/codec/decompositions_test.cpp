#include "codec/decompositions.hpp"

#include <gtest/gtest.h>

namespace sightline::codec {
namespace {

TEST(Decompositions, LeaveAtMostSixtyFourPixelsAndNeverLessThanOne) {
  struct Row {
    std::uint32_t rows, cols;
    unsigned expected;
  };
  for (Row const r : {Row{1, 1, 0}, Row{1, 2, 1}, Row{3, 5, 2}, Row{16, 16, 4}, Row{64, 64, 5},
                      Row{512, 512, 5}, Row{511, 513, 5}, Row{2048, 2048, 5}, Row{2049, 100, 6},
                      Row{3000, 2500, 6}, Row{4096, 3000, 6}, Row{65535, 1, 10}, Row{0, 0, 0}}) {
    EXPECT_EQ(decompositions_for(r.rows, r.cols), r.expected) << r.rows << " x " << r.cols;
    EXPECT_LE((std::max(r.rows, r.cols) + (1u << r.expected) - 1) >> r.expected, 64u);
  }
}

}  // namespace
}  // namespace sightline::codec
