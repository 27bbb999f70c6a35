#include "pixel/relative_window.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "pixel/modality_lut.hpp"
#include "pixel/voi_lut.hpp"

namespace sightline::pixel {
namespace {

/// What shaders/lib/modality_lut.glsl computes, in float as the GPU does.
float relative(RelativeWindow const& window, std::int32_t stored) {
  float const difference = static_cast<float>((stored >> 1) - (window.stored_origin >> 1)) * 2.0F +
                           static_cast<float>((stored & 1) - (window.stored_origin & 1));
  return window.rescale_slope * difference + window.offset_at_origin;
}

/// Stored values of 16 bits, signed and unsigned, that single precision puts on the other side of
/// the step than double.
int wrong_sides(DisplayValues const& values) {
  RelativeWindow const window = relative_window(values, false, std::nullopt);
  int wrong = 0;
  for (std::int32_t stored = -32768; stored <= 65535; ++stored) {
    double const x = apply_rescale(stored, values.rescale_slope, values.rescale_intercept);
    bool const is_white =
        apply_voi_window(x, values.voi_function, values.window_center, values.window_width) > 0.5;
    if ((relative(window, stored) > 0) != is_white) ++wrong;
  }
  return wrong;
}

DisplayValues step(double slope, double intercept, double center, dicom::VoiFunction function,
                   double width) {
  DisplayValues values;
  values.rescale_slope = slope;
  values.rescale_intercept = intercept;
  values.window_center = center;
  values.window_width = width;
  values.voi_function = function;
  return values;
}

TEST(RelativeWindow, StepFallsOnTheSameIntegerAsInDouble) {
  double const slopes[] = {1, 0.1, 0.371493, 1.0 / 3, 2.7182818284, -0.7, 1e-4, 123.456, -1};
  double const intercepts[] = {0, -1024, 0.3, -7.77, 1000.1};
  for (double const slope : slopes) {
    for (double const intercept : intercepts) {
      // Centers on and beside modality values, in the middle and at the ends of the stored range.
      for (double const stored : {-32768.0, -1.0, 0.0, 0.5, 100.0, 4095.0, 30001.25, 65535.0}) {
        double const center = stored * slope + intercept;
        EXPECT_EQ(wrong_sides(step(slope, intercept, center, dicom::VoiFunction::linear, 1)), 0);
        EXPECT_EQ(wrong_sides(step(slope, intercept, center + 0.5, dicom::VoiFunction::linear, 1)),
                  0);
        EXPECT_EQ(wrong_sides(step(slope, intercept, center, dicom::VoiFunction::linear_exact, 0)),
                  0);
      }
    }
  }
}

TEST(RelativeWindow, PlainSinglePrecisionWouldGetSuchStepsWrong) {
  // The reason for all this: slope * stored + intercept in float against center - 0.5 in float.
  double const slope = 0.1;
  int wrong = 0;
  for (std::int32_t stored = 0; stored <= 65535; ++stored) {
    double const center = stored * slope + 0.5;
    float const x = static_cast<float>(stored) * static_cast<float>(slope);
    bool const white_in_float = x > static_cast<float>(center) - 0.5f;
    bool const white_in_double = stored * slope > center - 0.5;
    if (white_in_float != white_in_double) ++wrong;
  }
  EXPECT_GT(wrong, 1000);
}

TEST(RelativeWindow, TinyOffsetsKeepTheirSign) {
  DisplayValues values = step(1, 1e-60, 0.5, dicom::VoiFunction::linear, 1);
  values.rescale_slope = 1e-50;
  RelativeWindow const window = relative_window(values, false, std::nullopt);
  EXPECT_GT(relative(window, 5), 0);
}

TEST(RelativeWindow, ReferencesFarOutsideTheStoredRangeDoNotOverflow) {
  for (double const center : {-1e300, 1e300, -1e12, 1e12}) {
    RelativeWindow const window =
        relative_window(step(1, 0, center, dicom::VoiFunction::linear, 1), false, std::nullopt);
    EXPECT_EQ(relative(window, 65535) > 0, center < 0);
    EXPECT_EQ(relative(window, -32768) > 0, center < 0);
  }
}

TEST(RelativeWindow, TablesAreIndexedFromTheirFirstValue) {
  DisplayValues const values = step(1, -1024, 0, dicom::VoiFunction::linear, 1);
  RelativeWindow const window = relative_window(values, false, -100);
  EXPECT_EQ(std::floor(relative(window, 924)), 0);  // modality -100
  EXPECT_EQ(std::floor(relative(window, 923)), -1);
  EXPECT_EQ(std::floor(relative(window, 1024)), 100);  // modality 0
}

TEST(RelativeWindow, ModalityTablesHaveSlopeOne) {
  RelativeWindow const window =
      relative_window(step(5, 99, 300, dicom::VoiFunction::linear_exact, 10), true, std::nullopt);
  EXPECT_EQ(relative(window, 305), 5);
}

}  // namespace
}  // namespace sightline::pixel
