#include "base/checked.hpp"

#include <gtest/gtest.h>

namespace sightline {
namespace {

constexpr std::uint64_t kMax = UINT64_MAX;

TEST(Checked, AddStopsAtTheLastRepresentableSum) {
  EXPECT_EQ(checked_add(kMax - 1, 1), kMax);
  EXPECT_EQ(checked_add(kMax, 1), std::nullopt);
  EXPECT_EQ(checked_add(1, kMax), std::nullopt);
}

TEST(Checked, MulStopsAtTheLastRepresentableProduct) {
  EXPECT_EQ(checked_mul(kMax, 1), kMax);
  EXPECT_EQ(checked_mul(0, kMax), 0u);
  EXPECT_EQ(checked_mul(kMax / 3, 3), kMax - kMax % 3);
  EXPECT_EQ(checked_mul(kMax / 3 + 1, 3), std::nullopt);
  EXPECT_EQ(checked_mul(std::uint64_t{1} << 32, std::uint64_t{1} << 32), std::nullopt);
}

TEST(Checked, ProductFailsOnAPartialOverflowEvenIfAZeroFollows) {
  EXPECT_EQ(checked_product({}), 1u);
  EXPECT_EQ(checked_product({65535, 65535, 3, 4}), 65535ull * 65535 * 12);
  EXPECT_EQ(checked_product({kMax, 2, 0}), std::nullopt);
}

}  // namespace
}  // namespace sightline
