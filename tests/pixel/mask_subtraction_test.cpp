#include "pixel/mask_subtraction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "pixel/real_value.hpp"

namespace sightline::pixel {
namespace {

SampleBlock block(std::uint32_t rows, std::uint32_t cols,
                  std::vector<std::uint16_t> const& values) {
  SampleBlock out{rows, cols, 1, 16, false, {}};
  out.bytes.resize(values.size() * 2);
  std::memcpy(out.bytes.data(), values.data(), out.bytes.size());
  return out;
}

std::vector<float> values_of(Result<SampleBlock> const& difference) {
  EXPECT_TRUE(difference.has_value());
  std::vector<float> values(difference->bytes.size() / sizeof(float));
  std::memcpy(values.data(), difference->bytes.data(), difference->bytes.size());
  return values;
}

// The same numbers as tests/web/layers/mask_subtraction.test.ts.
TEST(MaskSubtraction, TheMeanOfTheContrastLessTheMeanOfTheMask) {
  std::vector const contrast{block(1, 3, {10, 20, 30}), block(1, 3, {20, 20, 31})};
  std::vector const mask{block(1, 3, {5, 40, 30})};
  EXPECT_EQ(values_of(subtract_mask(contrast, mask, {})), (std::vector<float>{10, -20, 0.5f}));
}

TEST(MaskSubtraction, OfModalityValuesOrTheirLogarithms) {
  std::vector const contrast{block(1, 2, {0, 4095})}, mask{block(1, 2, {0, 63})};
  EXPECT_EQ(values_of(subtract_mask(contrast, mask, {.rescale_slope = 2, .rescale_intercept = -5})),
            (std::vector<float>{0, 2 * 4032}));
  dicom::Lut lut;
  lut.first_mapped = 1;
  lut.bits_per_entry = 8;
  lut.entries = {7, 9};
  std::vector const low{block(1, 2, {1, 1})};
  EXPECT_EQ(values_of(subtract_mask(contrast, low, {.modality_lut = lut})),
            (std::vector<float>{0, 2}));
  // 64 is the root of 4096
  auto const logarithms = values_of(subtract_mask(contrast, mask, {.linear_bits = 12}));
  EXPECT_EQ(logarithms[0], 0);
  EXPECT_NEAR(logarithms[1], 4095.0 / 2, 1e-3);
}

TEST(MaskSubtraction, WhereTheShiftedMaskDoesNotReachThereIsNoValue) {
  std::vector const contrast{block(2, 3, {0, 0, 0, 0, 0, 0})};
  std::vector const mask{block(2, 3, {8, 16, 32, 80, 160, 320})};
  auto const right = values_of(subtract_mask(contrast, mask, {.shift = {0, 0.5}}));
  EXPECT_EQ(right[0], kNoValue);
  EXPECT_EQ(right[1], -12);
  EXPECT_EQ(right[2], -24);
  auto const down = values_of(subtract_mask(contrast, mask, {.shift = {1, 0}}));
  EXPECT_EQ(down[2], kNoValue);
  EXPECT_EQ(down[5], -32);
  auto const both = values_of(subtract_mask(contrast, mask, {.shift = {-0.5, -0.25}}));
  EXPECT_EQ(both[0], -((0.75f * 8 + 0.25f * 16 + 0.75f * 80 + 0.25f * 160) / 2));
  auto const far = values_of(subtract_mask(contrast, mask, {.shift = {1e9, 0}}));
  EXPECT_EQ(far[0], kNoValue);
}

TEST(MaskSubtraction, TheExtentIsThatOfNearlyAllValues) {
  std::vector<std::uint16_t> rising(1000);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<std::uint16_t>(i);
  std::vector const contrast{block(1, 1000, rising)};
  std::vector const mask{block(1, 1000, std::vector<std::uint16_t>(1000, 999))};
  EXPECT_EQ(extent_of_difference(subtract_mask(contrast, mask, {}).value()), 994);
  EXPECT_EQ(extent_of_difference(subtract_mask(contrast, mask, {.shift = {0, 2000}}).value()), 0);
}

TEST(MaskSubtraction, FramesThatDifferAreRefused) {
  std::vector const wide{block(1, 2, {1, 2})}, high{block(2, 1, {1, 2})};
  EXPECT_EQ(subtract_mask(wide, high, {}).error().code, Errc::invalid_argument);
  EXPECT_EQ(subtract_mask(wide, {}, {}).error().code, Errc::invalid_argument);
  EXPECT_EQ(subtract_mask({}, wide, {}).error().code, Errc::invalid_argument);
  EXPECT_FALSE(subtract_mask(wide, wide, {.shift = {std::nan(""), 0}}).has_value());
  std::vector short_one{block(1, 2, {1, 2})};
  short_one[0].bytes.pop_back();
  EXPECT_FALSE(subtract_mask(wide, short_one, {}).has_value());
}

}  // namespace
}  // namespace sightline::pixel
