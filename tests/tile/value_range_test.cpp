#include "tile/value_range.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace sightline::server {
namespace {

SampleBlock block_of(std::vector<std::int16_t> const& values) {
  SampleBlock block{1,    static_cast<std::uint32_t>(values.size()), 1, 16,
                    true, std::vector<std::byte>(values.size() * 2)};
  std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  return block;
}

TEST(ValueRange, CoversSignedValues) {
  auto const range = full_range(block_of({-2000, 5, 300}));
  EXPECT_EQ(range.min, -2000);
  EXPECT_EQ(range.max, 300);
}

TEST(ValueRange, LeavesPaddingOut) {
  dicom::DisplayPipeline display;
  display.padding_value = -2000;
  auto const one = unpadded_range(block_of({-2000, -1999, 5, 300}), display);
  EXPECT_EQ(one.min, -1999);
  display.padding_range_limit = -1990;
  auto const range = unpadded_range(block_of({-2000, -1999, 5, 300}), display);
  EXPECT_EQ(range.min, 5);
  display.padding_value = -1990, display.padding_range_limit = -2000;
  EXPECT_EQ(unpadded_range(block_of({-2000, -1999, 5, 300}), display).min, 5)
      << "either end may be the limit";
}

TEST(ValueRange, NothingButPaddingIsNotKnown) {
  dicom::DisplayPipeline display;
  display.padding_value = 7;
  auto const range = unpadded_range(block_of({7, 7}), display);
  EXPECT_EQ(range.min, 0);
  EXPECT_EQ(range.max, 0);
}

}  // namespace
}  // namespace sightline::server
