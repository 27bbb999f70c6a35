#include "pixel/voi_lut.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sightline::pixel {
namespace {

struct Case {
  double x, center, width, expected;
};

// Expected values: worked out by hand from PS3.3 C.11.2.1.2.1 with ymin = 0, ymax = 1, and from the
// note there (c = 2048, w = 4096: x <= 0 -> ymin, x > 4095 -> ymax, else x / 4095).
TEST(VoiLutLinear, FollowsTheStandardsExamples) {
  Case const cases[] = {
      {-1, 2048, 4096, 0},         {0, 2048, 4096, 0},
      {1, 2048, 4096, 1.0 / 4095}, {2047.5, 2048, 4096, 0.5},
      {4095, 2048, 4096, 1},       {4096, 2048, 4096, 1},
      {-160, 40, 400, 0},          {-159, 40, 400, 1.0 / 399},
      {239, 40, 400, 1},           {238, 40, 400, 398.0 / 399},
      {0, 0, 100, 50.0 / 99},      {-50, 0, 100, 0},
      {-49, 0, 100, 1.0 / 99},     {49, 0, 100, 1},
  };
  for (Case const& c : cases) {
    EXPECT_NEAR(apply_voi_linear(c.x, c.center, c.width), c.expected, 1e-12)
        << c.x << " in " << c.center << "/" << c.width;
  }
}

TEST(VoiLutLinear, WidthOneIsAStep) {
  // PS3.3 C.11.2.1.2.1, note: c = 0, w = 1: x <= -0.5 -> ymin, x > -0.5 -> ymax.
  EXPECT_EQ(apply_voi_linear(-0.5, 0, 1), 0);
  EXPECT_EQ(apply_voi_linear(std::nextafter(-0.5, 0), 0, 1), 1);
  EXPECT_EQ(apply_voi_linear(39, 40, 1), 0);
  EXPECT_EQ(apply_voi_linear(39.5, 40, 1), 0);
  EXPECT_EQ(apply_voi_linear(40, 40, 1), 1);
}

TEST(VoiLutLinear, WidthBelowOneIsTreatedAsOne) {
  EXPECT_EQ(apply_voi_linear(39.5, 40, 0.25), 0);
  EXPECT_EQ(apply_voi_linear(39.6, 40, 0), 1);
  EXPECT_EQ(apply_voi_linear(39.6, 40, -7), 1);
}

// PS3.3 C.11.2.1.3.2, and its note: c = 2048, w = 4096: x <= 0 -> 0, x > 4096 -> 1, else x / 4096.
TEST(VoiLutLinearExact, FollowsTheStandardsExamples) {
  Case const cases[] = {
      {0, 2048, 4096, 0},      {1, 2048, 4096, 1.0 / 4096},
      {2048, 2048, 4096, 0.5}, {4096, 2048, 4096, 1},
      {4097, 2048, 4096, 1},   {-50, 0, 100, 0},
      {-49, 0, 100, 0.01},     {50, 0, 100, 1},
      {0.25, 0.25, 0.5, 0.5},
  };
  for (Case const& c : cases) {
    EXPECT_NEAR(apply_voi_linear_exact(c.x, c.center, c.width), c.expected, 1e-12);
  }
}

TEST(VoiLutLinearExact, WidthZeroIsAStepAtTheCenter) {
  EXPECT_EQ(apply_voi_linear_exact(7, 7, 0), 0);
  EXPECT_EQ(apply_voi_linear_exact(std::nextafter(7.0, 8.0), 7, 0), 1);
  EXPECT_EQ(apply_voi_linear_exact(8, 7, -3), 1);
}

// PS3.3 C.11.2.1.3.1: 1 / (1 + exp(-4 (x - c) / w)); the values of the logistic function are from
// tables.
TEST(VoiLutSigmoid, IsTheLogisticFunction) {
  EXPECT_DOUBLE_EQ(apply_voi_sigmoid(100, 100, 40), 0.5);
  EXPECT_NEAR(apply_voi_sigmoid(110, 100, 40), 0.7310585786300049, 1e-12);
  EXPECT_NEAR(apply_voi_sigmoid(90, 100, 40), 0.2689414213699951, 1e-12);
  EXPECT_NEAR(apply_voi_sigmoid(120, 100, 40), 0.8807970779778823, 1e-12);
  EXPECT_EQ(apply_voi_sigmoid(-1e9, 0, 1), 0);
  EXPECT_EQ(apply_voi_sigmoid(1e9, 0, 1), 1);
}

TEST(VoiLutTable, RoundsItsInputAndClampsAtBothEnds) {
  dicom::Lut const lut{-2, 8, {0, 51, 102, 255}, ""};
  EXPECT_DOUBLE_EQ(apply_voi_table(-1e300, lut), 0);
  EXPECT_DOUBLE_EQ(apply_voi_table(-3, lut), 0);
  EXPECT_DOUBLE_EQ(apply_voi_table(-2, lut), 0);
  EXPECT_DOUBLE_EQ(apply_voi_table(-1.51, lut), 0);
  EXPECT_DOUBLE_EQ(apply_voi_table(-1.5, lut), 0.2);
  EXPECT_DOUBLE_EQ(apply_voi_table(-1, lut), 0.2);
  EXPECT_DOUBLE_EQ(apply_voi_table(-0.51, lut), 0.2);
  EXPECT_DOUBLE_EQ(apply_voi_table(-0.5, lut), 0.4);
  EXPECT_DOUBLE_EQ(apply_voi_table(0.49, lut), 0.4);
  EXPECT_DOUBLE_EQ(apply_voi_table(0.5, lut), 1);
  EXPECT_DOUBLE_EQ(apply_voi_table(1e300, lut), 1);
}

TEST(VoiLutTable, TwelveBitEntriesAreSharesOf4095) {
  dicom::Lut const lut{0, 12, {0, 819, 4095}, ""};
  EXPECT_DOUBLE_EQ(apply_voi_table(1, lut), 0.2);
  EXPECT_DOUBLE_EQ(apply_voi_table(2, lut), 1);
}

}  // namespace
}  // namespace sightline::pixel
