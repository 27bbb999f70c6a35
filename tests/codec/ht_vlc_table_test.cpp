// The standard's tables are complete prefix codes: a wrong digit in any row would break that.
#include "codec/ht_vlc_table.hpp"

#include <gtest/gtest.h>

#include <span>

namespace sightline::codec {
namespace {

TEST(HtVlcTable, CodeWordsOfEachContextAreACompletePrefixCode) {
  for (std::span<HtCodeWord const> const words :
       {std::span<HtCodeWord const>(kFirstRowCodeWords), {kOtherRowCodeWords}}) {
    for (std::uint32_t context = 0; context < 8; ++context) {
      int covered[128] = {};
      for (HtCodeWord const& word : words) {
        if (word.context != context) continue;
        ASSERT_GE(word.length, 1u);
        ASSERT_LE(word.length, 7u);
        for (std::uint32_t rest = 0; rest < (128u >> word.length); ++rest) {
          ++covered[rest << word.length | word.code];
        }
        // Exponents are known of significant samples only, and only where an offset is coded.
        EXPECT_EQ(word.known & ~word.significance, 0u);
        EXPECT_EQ(word.known_one & ~word.known, 0u);
        if (word.has_offset == 0) {
          EXPECT_EQ(word.known, 0u);
        }
      }
      for (int const count : covered) EXPECT_EQ(count, 1) << context;
    }
  }
}

/// Table 3: prefixes 1, 01, 001 and 000 with suffixes of 0, 0, 1 and 5 bits.
TEST(HtVlcTable, OffsetsOfPairs) {
  // Both: "1" (1), then "000" with five bits (5 and more).
  HtOffsetPair const both = kOtherRowOffsets[3 << 6 | 0b0001];
  EXPECT_EQ(both.prefix_bits, 4);
  EXPECT_EQ(both.suffix_bits, 5);
  EXPECT_EQ(both.first_suffix, 0);
  EXPECT_EQ(both.base0, 1);
  EXPECT_EQ(both.base1, 5);
  // In the first row, with neither event, the second after a long first one is a single bit.
  HtOffsetPair const short_second = kFirstRowOffsets[3 << 6 | 0b1100];
  EXPECT_EQ(short_second.prefix_bits, 4);
  EXPECT_EQ(short_second.suffix_bits, 1);
  EXPECT_EQ(short_second.base0, 3);
  EXPECT_EQ(short_second.base1, 2);
  // With the event both are over 2.
  HtOffsetPair const over_two = kFirstRowOffsets[4 << 6 | 0b11];
  EXPECT_EQ(over_two.prefix_bits, 2);
  EXPECT_EQ(over_two.base0, 3);
  EXPECT_EQ(over_two.base1, 3);
}

}  // namespace
}  // namespace sightline::codec
