#include "dicom/mask_module.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom_test {
namespace {

using Kind = dicom::MaskOperation::Kind;

std::optional<dicom::MaskModule> mask_of(std::vector<DataSetBuilder> const& operations) {
  DataSetBuilder const group0028 = DataSetBuilder()
                                       .text(0x00281040, "CS", "LIN")
                                       .text(0x00281090, "CS", "SUB")
                                       .sequence(0x00286100, operations);
  std::string text;
  for (std::byte const b : group0028.view()) text += static_cast<char>(b);
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, picture_header().raw(text).bytes(0x7FE00010, "OB", Bytes(6))));
  EXPECT_TRUE(instance) << instance.error().detail;
  return instance ? instance->mask : std::nullopt;
}

DataSetBuilder operation(std::string kind) {
  DataSetBuilder item;
  item.text(0x00286101, "CS", std::move(kind));
  return item;
}

TEST(MaskModule, ReadsEachOperation) {
  auto const mask = mask_of({
      operation("AVG_SUB")
          .words(0x00286102, "US", {4, 9, 12, 20})
          .words(0x00286110, "US", {1, 2, 3})
          .words(0x00286112, "US", {2})
          .text(0x00286190, "ST", "bone"),
      operation("TID").words(0x00286120, "SS", {0xFFFE}),
      operation("REV_TID").words(0x00286102, "US", {5, 8}).words(0x00286120, "SS", {3}),
  });
  ASSERT_TRUE(mask);
  EXPECT_TRUE(mask->is_recommended);
  EXPECT_EQ(mask->pixel_intensity_relationship, "LIN");
  ASSERT_EQ(mask->operations.size(), 3u);
  auto const& average = mask->operations[0];
  EXPECT_EQ(average.kind, Kind::average);
  EXPECT_EQ(average.applicable_frames, (std::vector<std::uint32_t>{4, 9, 12, 20}));
  EXPECT_EQ(average.mask_frames, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(average.contrast_averaging, 2u);
  EXPECT_EQ(average.explanation, "bone");
  EXPECT_EQ(mask->operations[1].kind, Kind::interval);
  EXPECT_EQ(mask->operations[1].tid_offset, -2);
  EXPECT_EQ(mask->operations[2].kind, Kind::reversed_interval);
  EXPECT_EQ(mask->operations[2].tid_offset, 3);
}

TEST(MaskModule, AnOperationThatMakesNoSenseIsLeftOut) {
  auto const mask = mask_of({
      operation("NONE"),
      operation("AVG_SUB"),                                  // of no frame
      operation("AVG_SUB").words(0x00286110, "US", {0, 1}),  // of none that there is
      operation("TID").words(0x00286120, "SS", {0}),         // of itself
      operation("REV_TID"),                                  // from nowhere on
      operation("MEDIAN").words(0x00286110, "US", {1}),
      operation("TID").words(0x00286102, "US", {4, 9, 12}),  // an odd number of ends
  });
  ASSERT_TRUE(mask);
  ASSERT_EQ(mask->operations.size(), 1u);
  EXPECT_EQ(mask->operations[0].tid_offset, 1);
  EXPECT_EQ(mask->operations[0].applicable_frames, (std::vector<std::uint32_t>{4, 9}));
}

TEST(MaskModule, EachOperationHasItsFrames) {
  using Frames = dicom::MaskedFrames;
  dicom::MaskOperation average;
  average.mask_frames = {1, 2};
  EXPECT_EQ(masked_frames(average, 5, 10), (Frames{{5}, {1, 2}}));
  EXPECT_EQ(masked_frames(average, 10, 10), (Frames{{10}, {1, 2}}));
  average.contrast_averaging = 3;
  EXPECT_EQ(masked_frames(average, 8, 10), (Frames{{8, 9, 10}, {1, 2}}));
  EXPECT_FALSE(masked_frames(average, 9, 10)) << "ends at the last frame minus 3 plus 1";
  average.applicable_frames = {4, 5, 7, 7};
  EXPECT_TRUE(masked_frames(average, 4, 10));
  EXPECT_FALSE(masked_frames(average, 6, 10));
  EXPECT_TRUE(masked_frames(average, 7, 10));
  average.mask_frames = {11};
  EXPECT_FALSE(masked_frames(average, 4, 10));

  dicom::MaskOperation interval;
  interval.kind = Kind::interval;
  interval.tid_offset = 2;
  EXPECT_EQ(masked_frames(interval, 3, 10), (Frames{{3}, {1}}));
  EXPECT_FALSE(masked_frames(interval, 2, 10));
  interval.tid_offset = -2;
  EXPECT_EQ(masked_frames(interval, 8, 10), (Frames{{8}, {10}}));
  EXPECT_FALSE(masked_frames(interval, 9, 10));

  dicom::MaskOperation reversed;
  reversed.kind = Kind::reversed_interval;
  reversed.applicable_frames = {6, 9};
  EXPECT_EQ(masked_frames(reversed, 6, 10), (Frames{{6}, {5}}));
  EXPECT_EQ(masked_frames(reversed, 9, 10), (Frames{{9}, {2}}));
  EXPECT_FALSE(masked_frames(reversed, 10, 10));
}

TEST(MaskModule, AnImageNeedNotSayAnything) {
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, picture_header().bytes(0x7FE00010, "OB", Bytes(6))));
  ASSERT_TRUE(instance);
  EXPECT_FALSE(instance->mask);
}

}  // namespace
}  // namespace sightline::dicom_test
