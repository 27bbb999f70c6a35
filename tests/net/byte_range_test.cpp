#include "net/byte_range.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

TEST(ByteRange, OneRangeInEachForm) {
  EXPECT_EQ(choose_range("bytes=0-99", 1000), RangeChoice(ByteRange{0, 100}));
  EXPECT_EQ(choose_range("bytes=900-", 1000), RangeChoice(ByteRange{900, 1000}));
  EXPECT_EQ(choose_range("bytes=-1", 1000), RangeChoice(ByteRange{999, 1000}));
  EXPECT_EQ(choose_range("BYTES=5-5", 1000), RangeChoice(ByteRange{5, 6}));
}

TEST(ByteRange, EndsAreClampedToTheLength) {
  EXPECT_EQ(choose_range("bytes=10-99999999999999999999999", 1000),
            RangeChoice(ByteRange{10, 1000}));
  EXPECT_EQ(choose_range("bytes=-5000", 1000), RangeChoice(ByteRange{0, 1000}));
}

TEST(ByteRange, OutsideOfTheStreamCannotBeSatisfied) {
  EXPECT_EQ(choose_range("bytes=1000-", 1000), RangeChoice(UnsatisfiableRange{}));
  EXPECT_EQ(choose_range("bytes=18446744073709551615-", 1000), RangeChoice(UnsatisfiableRange{}));
  EXPECT_EQ(choose_range("bytes=-0", 1000), RangeChoice(UnsatisfiableRange{}));
  EXPECT_EQ(choose_range("bytes=0-", 0), RangeChoice(UnsatisfiableRange{}));
}

TEST(ByteRange, SeveralRangesAreRefused) {
  EXPECT_EQ(choose_range("bytes=0-1,3-4", 1000), RangeChoice(UnsatisfiableRange{}));
}

TEST(ByteRange, WhatCannotBeReadIsIgnored) {
  EXPECT_EQ(choose_range("", 1000), RangeChoice(WholeBody{}));
  EXPECT_EQ(choose_range("items=0-1", 1000), RangeChoice(WholeBody{}));
  EXPECT_EQ(choose_range("bytes=5-4", 1000), RangeChoice(WholeBody{}));
  EXPECT_EQ(choose_range("bytes=a-b", 1000), RangeChoice(WholeBody{}));
  EXPECT_EQ(choose_range("bytes=-", 1000), RangeChoice(WholeBody{}));
  EXPECT_EQ(choose_range("bytes=+1-2", 1000), RangeChoice(WholeBody{}));
  EXPECT_EQ(choose_range("bytes=7", 1000), RangeChoice(WholeBody{}));
}

}  // namespace
}  // namespace sightline::server
