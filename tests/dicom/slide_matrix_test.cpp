#include "dicom/slide_matrix.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom_test {
namespace {

using dicom::SlideMatrix;

Bytes u32_value(std::uint32_t value) {
  return bytes_of({static_cast<int>(value & 0xFF), static_cast<int>(value >> 8 & 0xFF),
                   static_cast<int>(value >> 16 & 0xFF), static_cast<int>(value >> 24)});
}

/// A frame's Plane Position (Slide) Sequence, and its optical path where one is named.
DataSetBuilder place(std::int32_t col, std::int32_t row, std::string const& z = "0",
                     std::string const& path = "") {
  DataSetBuilder position, group, identification;
  position.text(0x0040074A, "DS", z)
      .bytes(0x0048021E, "SL", u32_value(static_cast<std::uint32_t>(col)))
      .bytes(0x0048021F, "SL", u32_value(static_cast<std::uint32_t>(row)));
  if (!path.empty()) group.sequence(0x00480207, {identification.text(0x00480106, "SH", path)});
  return group.sequence(0x0048021A, {position});
}

DataSetBuilder optical_path(std::string const& identifier, std::string const& power = "") {
  DataSetBuilder path;
  path.text(0x00480106, "SH", identifier).text(0x00480107, "ST", "path " + identifier);
  if (!power.empty()) path.text(0x00480112, "DS", power);
  return path;
}

DataSetBuilder matrix(std::uint32_t cols, std::uint32_t rows) {
  DataSetBuilder builder;
  return builder.bytes(0x00480006, "UL", u32_value(cols)).bytes(0x00480007, "UL", u32_value(rows));
}

/// Of frames of 10 x 20 (rows x columns).
std::optional<SlideMatrix> read(DataSetBuilder const& builder, std::uint32_t frames,
                                std::uint32_t offset = 0,
                                std::string const& sop_class = "1.2.840.10008.5.1.4.1.1.77.1.6") {
  dicom::Instance instance;
  instance.sop_class_uid = sop_class;
  instance.number_of_frames = frames;
  instance.format.rows = 10;
  instance.format.cols = 20;
  instance.concatenation_frame_offset = offset;
  auto const data_set = dicom::DataSet::parse(builder.view(), kExplicitLittle, kDefaultLimits);
  EXPECT_TRUE(data_set);
  return read_slide_matrix(data_set->attributes(), instance);
}

TEST(SlideMatrix, TiledFullSaysItInThreeNumbers) {
  auto builder = DataSetBuilder()
                     .text(0x00080019, "UI", "1.2.7")
                     .text(0x00209311, "CS", "TILED_FULL")
                     .bytes(0x00480001, "FL", bytes_of({0, 0, 0x20, 0x41}))
                     .bytes(0x00480002, "FL", bytes_of({0, 0, 0xA0, 0x40}))
                     .bytes(0x00480006, "UL", u32_value(45))
                     .bytes(0x00480007, "UL", u32_value(25))
                     .words(0x00480015, "US", {65535, 32896, 32896})
                     .sequence(0x00480105, {optical_path("1", "20"), optical_path("2")})
                     .bytes(0x00480303, "UL", u32_value(3));
  auto const slide = read(builder, 54);
  ASSERT_TRUE(slide);
  EXPECT_EQ(slide->cols, 45u);
  EXPECT_EQ(slide->rows, 25u);
  EXPECT_EQ(slide->focal_planes, 3u);
  EXPECT_TRUE(slide->tiles.empty());
  EXPECT_EQ(slide->paths,
            (std::vector<SlideMatrix::OpticalPath>{{"1", "path 1"}, {"2", "path 2"}}));
  EXPECT_EQ(slide->objective_power, 20);
  EXPECT_EQ(slide->volume_mm, (std::array{10.0, 5.0}));
  EXPECT_EQ(slide->absent_cielab, (std::array<std::uint16_t, 3>{65535, 32896, 32896}));
  EXPECT_EQ(slide->pyramid_uid, "1.2.7");
}

TEST(SlideMatrix, SparseTilesKeepTheirPlaces) {
  auto builder = matrix(45, 25);
  builder.sequence(0x00480105, {optical_path("A"), optical_path("B")})
      .sequence(0x52009230, {place(1, 11, "2.5", "B"), place(-3, 7, "0", "A"), place(41, 21, "2.5"),
                             DataSetBuilder()});
  auto const slide = read(builder, 4);
  ASSERT_TRUE(slide);
  EXPECT_EQ(slide->focal_planes, 2u);
  EXPECT_EQ(slide->tiles, (std::vector<SlideMatrix::Tile>{
                              {1, 11, 1, 1}, {-3, 7, 0, 0}, {41, 21, 0, 1}, {0, 0, 0, 0}}))
      << "the last says nothing of its place";
}

TEST(SlideMatrix, PlacesOfAWholeGridAreNotRepeated) {
  auto const grid = [](bool swapped) {
    auto builder = matrix(40, 20);
    builder.sequence(0x52009230, {place(1, 1), place(swapped ? 1 : 21, swapped ? 11 : 1),
                                  place(swapped ? 21 : 1, swapped ? 1 : 11), place(21, 11)});
    return builder;
  };
  ASSERT_TRUE(read(grid(false), 4));
  EXPECT_TRUE(read(grid(false), 4)->tiles.empty());
  EXPECT_EQ(read(grid(true), 4)->tiles.size(), 4u) << "column after column";
  EXPECT_EQ(read(grid(false), 4, 2)->tiles.size(), 4u) << "the places of other frames";
}

TEST(SlideMatrix, PlacesOfTheBeginningOfAGridAreKept) {
  auto builder = matrix(40, 20);
  builder.sequence(0x52009230, {place(1, 1), place(21, 1), place(1, 11)});
  EXPECT_EQ(read(builder, 3)->tiles.size(), 3u) << "the fourth was not scanned";
}

TEST(SlideMatrix, WithoutAnyPlacesOnlyAWholeGridIsUnderstood) {
  EXPECT_TRUE(read(matrix(40, 20), 4));
  EXPECT_FALSE(read(matrix(40, 20), 3));
}

TEST(SlideMatrix, WhatMakesNoSenseRemainsAStack) {
  auto const full = [](std::uint32_t cols, std::uint32_t rows, std::uint32_t planes) {
    return DataSetBuilder()
        .text(0x00209311, "CS", "TILED_FULL")
        .bytes(0x00480006, "UL", u32_value(cols))
        .bytes(0x00480007, "UL", u32_value(rows))
        .bytes(0x00480303, "UL", u32_value(planes));
  };
  EXPECT_TRUE(read(full(0x7FFFFFFF, 0x7FFFFFFF, 256), 1));
  EXPECT_FALSE(read(full(0x80000000, 1, 1), 1));
  EXPECT_FALSE(read(full(0, 20, 1), 1));
  EXPECT_FALSE(read(full(40, 20, 0), 1));
  EXPECT_FALSE(read(full(40, 20, 257), 1));
  EXPECT_FALSE(read(full(40, 20, 1), 4, 0, "1.2.840.10008.5.1.4.1.1.77.1.4"));
  EXPECT_FALSE(read(DataSetBuilder(), 4));
  std::vector<DataSetBuilder> planes;
  for (int i = 0; i < 257; ++i) planes.push_back(place(1, 1, std::to_string(i)));
  auto many = matrix(40, 20);
  EXPECT_FALSE(read(many.sequence(0x52009230, planes), 257))
      << "more focal planes than are told apart";
}

}  // namespace
}  // namespace sightline::dicom_test
