// How much memory the blocks of many connections take together.
#include "net/block_budget.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace sightline::server {
namespace {

TEST(BlockBudget, AFewGetTheMostAndManyShareWhatIsLeft) {
  BlockBudget budget;
  std::deque<BlockBudget::Share> shares;
  std::int64_t taken = 0;
  for (int i = 0; i < 4000; ++i) {
    shares.emplace_back(budget);
    taken += shares.back().bytes();
    EXPECT_GE(shares.back().bytes(), BlockBudget::kLeastShare);
  }
  EXPECT_EQ(shares.front().bytes(), BlockBudget::kMostShare);
  EXPECT_EQ(shares.back().bytes(), BlockBudget::kLeastShare);
  EXPECT_LE(taken, BlockBudget::kBytes + 4000 * BlockBudget::kLeastShare);
  shares.clear();
  EXPECT_EQ(BlockBudget::Share(budget).bytes(), BlockBudget::kMostShare);
}

}  // namespace
}  // namespace sightline::server
