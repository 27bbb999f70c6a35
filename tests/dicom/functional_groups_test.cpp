#include "dicom/functional_groups.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

DataSetBuilder position_group(std::string const& position) {
  DataSetBuilder position_item, group;
  position_item.text(0x00200032, "DS", position);
  return group.sequence(0x00209113, {position_item});
}

DataSetBuilder display_group(std::string const& center, std::string const& intercept) {
  DataSetBuilder window, rescale, group;
  window.text(0x00281050, "DS", center).text(0x00281051, "DS", "100");
  rescale.text(0x00281052, "DS", intercept)
      .text(0x00281053, "DS", "2")
      .text(0x00281054, "LO", "US");
  return group.sequence(0x00289132, {window}).sequence(0x00289145, {rescale});
}

DataSetBuilder shared_group() {
  DataSetBuilder orientation, measures, group;
  orientation.text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
  measures.text(0x00180050, "DS", "5").text(0x00280030, "DS", "0.5\\0.5");
  return group.sequence(0x00209116, {orientation}).sequence(0x00289110, {measures});
}

dicom::Instance read(DataSetBuilder const& shared, std::vector<DataSetBuilder> const& per_frame,
                     bool undefined_length = false) {
  DataSetBuilder builder = picture_header({.number_of_frames = "3"});
  builder.text(0x00281050, "DS", "7").text(0x00281051, "DS", "8");
  builder.sequence(0x52009229, {shared}, undefined_length)
      .sequence(0x52009230, per_frame, undefined_length);
  auto const instance =
      dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(18))));
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}

TEST(FunctionalGroups, EachFrameHasItsOwnOverWhatIsSharedOverTheTopLevel) {
  for (bool const undefined_length : {false, true}) {
    dicom::Instance const instance =
        read(shared_group(),
             {position_group("0\\0\\1"), position_group("0\\0\\2"), position_group("0\\0\\3")},
             undefined_length);
    ASSERT_EQ(instance.geometry.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(instance.geometry[i].image_position,
                (std::array<double, 3>{0, 0, 1.0 + static_cast<double>(i)}));
      EXPECT_EQ(instance.geometry[i].image_orientation, (std::array<double, 6>{1, 0, 0, 0, 1, 0}));
      EXPECT_EQ(instance.geometry[i].slice_thickness, 5);
      EXPECT_EQ(instance.geometry[i].spacing_source,
                dicom::FrameGeometry::SpacingSource::pixel_spacing);
    }
    EXPECT_EQ(instance.display.size(), 1u) << "all frames agree";
    EXPECT_EQ(instance.display.front().windows, (std::vector<dicom::Window>{{7, 8, ""}}));
  }
}

TEST(FunctionalGroups, DisplayOfEachFrameReplacesThatOfTheTopLevel) {
  dicom::Instance const instance =
      read(DataSetBuilder(),
           {display_group("1", "0"), display_group("1", "0"), display_group("3", "-5")});
  ASSERT_EQ(instance.display.size(), 3u);
  EXPECT_EQ(instance.display[0], instance.display[1]);
  EXPECT_EQ(instance.display[2].windows, (std::vector<dicom::Window>{{3, 100, ""}}));
  EXPECT_EQ(instance.display[2].rescale_intercept, -5);
  EXPECT_EQ(instance.display[2].rescale_slope, 2);
  EXPECT_EQ(instance.display[2].rescale_type, "US");
}

TEST(FunctionalGroups, WhatIsEqualInAllFramesIsThereOnce) {
  dicom::Instance const instance = read(
      shared_group(), {display_group("1", "0"), display_group("1", "0"), display_group("1", "0")});
  EXPECT_EQ(instance.display.size(), 1u);
  EXPECT_EQ(instance.geometry.size(), 1u);
}

TEST(FunctionalGroups, FramesWithoutAnItemHaveWhatIsShared) {
  dicom::Instance const instance = read(shared_group(), {position_group("0\\0\\1")});
  ASSERT_EQ(instance.geometry.size(), 3u);
  EXPECT_TRUE(instance.geometry[0].image_position);
  EXPECT_FALSE(instance.geometry[1].image_position);
  EXPECT_EQ(instance.geometry[2].slice_thickness, 5);
}

TEST(FunctionalGroups, ATableRepeatedForTooManyFramesIsRefused) {
  DataSetBuilder builder;
  builder.words(0x00280002, "US", {1})
      .text(0x00280004, "CS", "MONOCHROME2")
      .text(0x00280008, "IS", "2000")
      .words(0x00280010, "US", {1})
      .words(0x00280011, "US", {1});
  builder.words(0x00280100, "US", {8});
  DataSetBuilder lut;
  lut.words(0x00283002, "US", {0, 0, 16})
      .header(0x00283006, "OW", 131072)
      .raw(std::string(131072, 'x'));
  builder.sequence(0x00283010, {lut})
      .sequence(0x52009230, {DataSetBuilder(), display_group("1", "0"), DataSetBuilder()});
  DataSetBuilder few = builder;
  auto const refused = dicom::read_instance(
      part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(2000))));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit_exceeded);
  EXPECT_TRUE(
      dicom::read_instance(part10(kExplicitLittleUid, few.bytes(0x7FE00010, "OB", Bytes(20)))));
}

DataSetBuilder real_world(std::string const& label, double slope, int first = 0) {
  DataSetBuilder map, unit;
  unit.text(0x00080100, "SH", "um2/s").text(0x00080104, "LO", "square micrometer per second");
  return map.sequence(0x004008EA, {unit})
      .text(0x00409210, "SH", label)
      .words(0x00409211, "US", {4095})
      .words(0x00409216, "US", {static_cast<std::uint16_t>(first)})
      .doubles(0x00409224, {10})
      .doubles(0x00409225, {slope});
}

TEST(FunctionalGroups, RealWorldValuesOfAFrameStandForThoseThatAreShared) {
  DataSetBuilder shared, own, table;
  shared.sequence(0x00409096, {real_world("ADC", 0.5), real_world("B", 2)});
  own.sequence(0x00409096, {real_world("C", 3, 7)});
  // a table is no linear map
  DataSetBuilder lut;
  lut.text(0x00409210, "SH", "T").words(0x00409211, "US", {1}).words(0x00409216, "US", {0});
  table.sequence(0x00409096, {lut.doubles(0x00409212, {5, 6})});
  auto const instance = read(shared, {DataSetBuilder(), own, table});
  ASSERT_EQ(instance.display.size(), 3u);
  EXPECT_EQ(instance.display[0].real_world,
            (std::vector<dicom::RealWorldMap>{{0, 4095, 0.5, 10, "ADC", "um2/s"},
                                              {0, 4095, 2, 10, "B", "um2/s"}}));
  EXPECT_EQ(instance.display[1].real_world,
            (std::vector<dicom::RealWorldMap>{{7, 4095, 3, 10, "C", "um2/s"}}));
  EXPECT_TRUE(instance.display[2].real_world.empty());
}

TEST(FunctionalGroups, RealWorldValuesOfAClassicObjectAreThoseOfTheTopLevel) {
  DataSetBuilder builder = picture_header({});
  builder.sequence(0x00409096, {real_world("ADC", 0.5)});
  auto const instance =
      dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(6))));
  ASSERT_TRUE(instance);
  ASSERT_EQ(instance->display.front().real_world.size(), 1u);
  EXPECT_EQ(instance->display.front().real_world.front().label, "ADC");
}

/// Of `frames` frames of one pixel, each with a window of its own beside what is shared.
Result<dicom::Instance> with_shared(DataSetBuilder const& shared, int frames) {
  DataSetBuilder builder = picture_header({.number_of_frames = std::to_string(frames)});
  std::vector<DataSetBuilder> groups;
  for (int i = 0; i < frames; ++i) {
    DataSetBuilder measures, group;
    measures.text(0x00281053, "DS", std::to_string(i + 1)).text(0x00281052, "DS", "0");
    groups.push_back(group.sequence(0x00289145, {measures}));
  }
  builder.sequence(0x52009229, {shared}).sequence(0x52009230, groups);
  return dicom::read_instance(
      part10(kExplicitLittleUid,
             builder.bytes(0x7FE00010, "OB", Bytes(6 * static_cast<std::size_t>(frames)))));
}

TEST(FunctionalGroups, TextRepeatedForTooManyFramesIsRefused) {
  DataSetBuilder window, group;
  window.text(0x00281050, "DS", "1")
      .text(0x00281051, "DS", "2")
      .text(0x00281055, "LO", std::string(60'000, 'x'));
  group.sequence(0x00289132, {window});
  EXPECT_TRUE(with_shared(group, 100));
  auto const refused = with_shared(group, 5000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit_exceeded);
}

TEST(FunctionalGroups, NoMoreWindowsAreKeptThanAnybodyChoosesAmong) {
  std::string ones = "1";
  for (int i = 1; i < 30'000; ++i) ones += "\\1";
  DataSetBuilder window, group;
  window.text(0x00281050, "DS", ones).text(0x00281051, "DS", ones);
  auto const instance = with_shared(group.sequence(0x00289132, {window}), 3);
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->display.front().windows.size(), 1000u);
}

}  // namespace
}  // namespace sightline::dicom_test
