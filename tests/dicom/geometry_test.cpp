#include "dicom/geometry.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

using Source = dicom::FrameGeometry::SpacingSource;
using Pair = std::array<double, 2>;

dicom::Instance read(DataSetBuilder const& before_pixel_module, DataSetBuilder const& after,
                     Picture const& picture = {}) {
  std::string text;
  for (DataSetBuilder const& part : {before_pixel_module, picture_header(picture), after}) {
    for (std::byte const b : part.view()) text += static_cast<char>(b);
  }
  DataSetBuilder whole;
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, whole.raw(text).bytes(0x7FE00010, "OB", Bytes(64))));
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}

DataSetBuilder us_region(std::uint16_t format, std::uint16_t units, double delta_x,
                         double delta_y) {
  DataSetBuilder region;
  region.words(0x00186012, "US", {format})
      .words(0x00186024, "US", {units})
      .words(0x00186026, "US", {units});
  region.doubles(0x0018602C, {delta_x}).doubles(0x0018602E, {delta_y});
  return region;
}

TEST(Geometry, ReadsPositionOrientationAndSpacing) {
  DataSetBuilder after;
  after.text(0x00180050, "DS", "2.5")
      .text(0x00180088, "DS", "3")
      .text(0x00200032, "DS", "-1.5\\2\\3e1")
      .text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
  after.text(0x00201041, "DS", "30").text(0x00280030, "DS", "0.5\\0.25");
  dicom::FrameGeometry const geometry = read({}, after).geometry.front();
  EXPECT_EQ(geometry.image_position, (std::array<double, 3>{-1.5, 2, 30}));
  EXPECT_EQ(geometry.image_orientation, (std::array<double, 6>{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(geometry.pixel_spacing, (Pair{0.5, 0.25}));
  EXPECT_EQ(geometry.spacing_source, Source::pixel_spacing);
  EXPECT_EQ(geometry.slice_thickness, 2.5);
  EXPECT_EQ(geometry.spacing_between_slices, 3);
  EXPECT_EQ(geometry.slice_location, 30);
}

TEST(Geometry, ImagerPixelSpacingIsDividedByTheMagnification) {
  DataSetBuilder plain, magnified;
  plain.text(0x00181164, "DS", "0.2\\0.1");
  magnified.text(0x00181114, "DS", "2").text(0x00181164, "DS", "0.2\\0.1");
  EXPECT_EQ(read(plain, {}).geometry.front().pixel_spacing, (Pair{0.2, 0.1}));
  EXPECT_EQ(read(magnified, {}).geometry.front().pixel_spacing, (Pair{0.1, 0.05}));
  EXPECT_EQ(read(plain, {}).geometry.front().spacing_source, Source::imager_pixel_spacing);
}

TEST(Geometry, TheOneRegionOfAnUltrasoundInCentimetresGivesMillimetres) {
  DataSetBuilder one, two, doppler;
  one.sequence(0x00186011, {us_region(1, 3, 0.02, -0.03)});
  two.sequence(0x00186011, {us_region(1, 3, 0.02, 0.03), us_region(1, 3, 0.02, 0.03)});
  doppler.sequence(0x00186011, {us_region(3, 4, 0.02, 0.03)});
  dicom::FrameGeometry const geometry = read(one, {}).geometry.front();
  ASSERT_TRUE(geometry.pixel_spacing);
  EXPECT_DOUBLE_EQ((*geometry.pixel_spacing)[0], 0.3);
  EXPECT_DOUBLE_EQ((*geometry.pixel_spacing)[1], 0.2);
  EXPECT_EQ(geometry.spacing_source, Source::us_region);
  EXPECT_FALSE(read(two, {}).geometry.front().pixel_spacing);
  EXPECT_FALSE(read(doppler, {}).geometry.front().pixel_spacing);
}

TEST(Geometry, WhatMakesNoSenseIsLeftOut) {
  DataSetBuilder after;
  after.text(0x00200032, "DS", "1\\2")
      .text(0x00200037, "DS", "1\\0\\0\\1\\0\\0")
      .text(0x00280030, "DS", "0\\1");
  EXPECT_EQ(read({}, after).geometry.front(), dicom::FrameGeometry{});
}

TEST(Geometry, ThePixelAspectRatioCountsOnlyWithoutSpacing) {
  DataSetBuilder ratio, both;
  ratio.text(0x00280034, "IS", "4\\3");
  both.text(0x00280030, "DS", "1\\1").text(0x00280034, "IS", "4\\3");
  EXPECT_EQ(read({}, ratio).pixel_aspect_ratio, (std::vector<double>{4, 3}));
  EXPECT_TRUE(read({}, both).pixel_aspect_ratio.empty());
}

// PS3.3 C.8.4.15: axial slices, rows to the left and columns to the back, so the normal goes to the
// head.
TEST(Geometry, SlicesOfANuclearVolumeFollowTheNormalFromTheFirst) {
  DataSetBuilder before, after, detector;
  before.text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\RECON TOMO\\EMISSION")
      .text(0x00180088, "DS", "4");
  detector.text(0x00200032, "DS", "10\\20\\30").text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
  after.sequence(0x00540022, {detector}).words(0x00540080, "US", {1, 2, 3});
  auto const geometry = read(before, after, {.number_of_frames = "3"}).geometry;
  ASSERT_EQ(geometry.size(), 3u);
  EXPECT_EQ(geometry[0].image_position, (std::array<double, 3>{10, 20, 30}));
  EXPECT_EQ(geometry[2].image_position, (std::array<double, 3>{10, 20, 38}));
}

}  // namespace
}  // namespace sightline::dicom_test
