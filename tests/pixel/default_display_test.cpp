#include "pixel/default_display.hpp"

#include <gtest/gtest.h>

namespace sightline::pixel {
namespace {

dicom::Instance grey_instance() {
  dicom::Instance instance;
  instance.has_pixels = true;
  instance.number_of_frames = 1;
  instance.format.rows = 20;
  instance.format.cols = 30;
  instance.display.resize(1);
  return instance;
}

TEST(DefaultDisplay, FirstWindowComesFirst) {
  dicom::Instance instance = grey_instance();
  instance.display[0].windows = {{40, 400, "abdomen"}, {300, 1500, "bone"}};
  instance.display[0].voi_luts = {dicom::Lut{0, 8, {0, 255}, ""}};
  instance.display[0].voi_function = dicom::VoiFunction::sigmoid;
  auto const shown = default_display(instance, 0, 0, 100);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->values.window_center, 40);
  EXPECT_EQ(shown->values.window_width, 400);
  EXPECT_EQ(shown->values.voi_function, dicom::VoiFunction::sigmoid);
  EXPECT_FALSE(shown->tables.voi_lut);
  EXPECT_EQ(shown->geometry.image_rows, 20u);
  EXPECT_EQ(shown->geometry.image_cols, 30u);
}

TEST(DefaultDisplay, ThenTheFirstVoiLut) {
  dicom::Instance instance = grey_instance();
  instance.display[0].voi_luts = {dicom::Lut{3, 8, {0, 255}, ""}, dicom::Lut{4, 8, {0, 255}, ""}};
  auto const shown = default_display(instance, 0, 0, 100);
  ASSERT_TRUE(shown);
  ASSERT_TRUE(shown->tables.voi_lut);
  EXPECT_EQ(shown->tables.voi_lut->first_mapped, 3);
}

TEST(DefaultDisplay, ThenTheRangeInModalityUnits) {
  dicom::Instance instance = grey_instance();
  instance.display[0].rescale_slope = -2;
  instance.display[0].rescale_intercept = 10;
  instance.display[0].voi_function = dicom::VoiFunction::sigmoid;
  auto const shown = default_display(instance, 0, 5, 100);  // modality -190 … 0
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->values.window_center, (-190.0 + 0 + 1) / 2);
  EXPECT_EQ(shown->values.window_width, 191);
  EXPECT_EQ(shown->values.voi_function, dicom::VoiFunction::linear);
}

TEST(DefaultDisplay, ARescaleSlopeOfZeroDrawsAsOne) {
  dicom::Instance instance = grey_instance();
  instance.display[0].rescale_slope = 0;
  instance.display[0].rescale_intercept = -1000;
  auto const shown = default_display(instance, 0, 0, 99);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->values.rescale_slope, 1);
  EXPECT_EQ(shown->values.window_center, -950);
  EXPECT_EQ(shown->values.window_width, 100);
}

TEST(DefaultDisplay, RangeOfAModalityTableIsThatOfItsReachableEntries) {
  dicom::Instance instance = grey_instance();
  instance.display[0].modality_lut = dicom::Lut{10, 16, {500, 7, 900, 3}, ""};
  auto const shown = default_display(instance, 0, 0, 12);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->values.window_width, 900 - 7 + 1);
  EXPECT_EQ(shown->values.window_center, (7 + 900 + 1) / 2.0);
}

TEST(DefaultDisplay, PetIsShownFromNoUptakeToFiveSuvUnlessItSaysHow) {
  dicom::Instance instance = grey_instance();
  instance.sop_class_uid = "1.2.840.10008.5.1.4.1.1.128";
  instance.suv_factor = 0.0005;
  auto const shown = default_display(instance, 0, 0, 32767);
  EXPECT_TRUE(is_read_as_pet(instance, 0));
  EXPECT_EQ(shown->values.window_center, 5000);
  EXPECT_EQ(shown->values.window_width, 10000);
  EXPECT_EQ(shown->values.voi_function, dicom::VoiFunction::linear_exact);
  EXPECT_FALSE(shown->values.inverted) << "by who reads it, not by the object";
  instance.suv_factor.reset();
  EXPECT_EQ(default_display(instance, 0, 0, 32767)->values.window_width, 32768);
  instance.display[0].windows = {{50, 350, ""}};
  EXPECT_FALSE(is_read_as_pet(instance, 0));
  instance.display[0].windows.clear();
  instance.sop_class_uid = "1.2.840.10008.5.1.4.1.1.7";  // a screenshot
  EXPECT_FALSE(is_read_as_pet(instance, 0));
}

TEST(DefaultDisplay, EachFrameHasItsOwnPipeline) {
  dicom::Instance instance = grey_instance();
  instance.number_of_frames = 2;
  instance.display.resize(2);
  instance.display[0].windows = {{1, 10, ""}};
  instance.display[1].windows = {{2, 20, ""}};
  EXPECT_EQ(default_display(instance, 1, 0, 0)->values.window_width, 20);
  EXPECT_EQ(default_display(instance, 2, 0, 0).error().code, Errc::not_found);
}

TEST(DefaultDisplay, AspectComesFromSpacingThenFromTheRatio) {
  dicom::Instance instance = grey_instance();
  EXPECT_EQ(default_display(instance, 0, 0, 1)->geometry.pixel_aspect, 1);
  instance.pixel_aspect_ratio = {4, 3};
  EXPECT_EQ(default_display(instance, 0, 0, 1)->geometry.pixel_aspect, 4.0 / 3);
  instance.geometry.resize(1);
  instance.geometry[0].pixel_spacing = {0.5, 0.25};
  EXPECT_EQ(default_display(instance, 0, 0, 1)->geometry.pixel_aspect, 2);
  instance.geometry[0].pixel_spacing = {0.5, 0};
  EXPECT_EQ(default_display(instance, 0, 0, 1)->geometry.pixel_aspect, 4.0 / 3);
}

TEST(DefaultDisplay, WhatCannotBeDrawnIsRefused) {
  dicom::Instance instance = grey_instance();
  instance.format.photometric = Photometric::unknown;
  EXPECT_EQ(default_display(instance, 0, 0, 1).error().code, Errc::unsupported);
  instance.format.photometric = Photometric::palette_color;
  EXPECT_EQ(default_display(instance, 0, 0, 1).error().code, Errc::invalid_argument);
  instance = grey_instance();
  instance.display[0].modality_lut = dicom::Lut{};
  EXPECT_EQ(default_display(instance, 0, 0, 1).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::pixel
