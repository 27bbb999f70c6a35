#include "dicom/acquisition.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

DataSetBuilder group_of(std::uint32_t sequence, std::uint32_t tag, double value) {
  DataSetBuilder item, group;
  item.doubles(tag, {value});
  return group.sequence(sequence, {item});
}
DataSetBuilder echo(double ms) { return group_of(0x00189114, 0x00189082, ms); }

dicom::Instance read(DataSetBuilder const& shared, std::vector<DataSetBuilder> const& per_frame) {
  DataSetBuilder builder = picture_header({.number_of_frames = "2"});
  builder.sequence(0x52009229, {shared}).sequence(0x52009230, per_frame);
  auto const instance =
      dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(12))));
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}

TEST(Acquisition, OfEnhancedObjectsItIsWhatAllFramesShare) {
  DataSetBuilder const timing = group_of(0x00189112, 0x00180080, 512.5);
  dicom::Instance const alike = read(timing, {echo(4.2), echo(4.2)});
  EXPECT_EQ(alike.repetition_time, "512.5");
  EXPECT_EQ(alike.echo_time, "4.2");
  EXPECT_EQ(alike.kvp, "");
  EXPECT_EQ(read(timing, {echo(4.2), echo(8.4)}).echo_time, "") << "frames differ";
  EXPECT_EQ(read(timing, {echo(4.2), {}}).echo_time, "") << "of one frame only";
  EXPECT_EQ(read(group_of(0x00189325, 0x00180060, 120), {}).kvp, "120");
}

TEST(Phase, IsWhatASinglePictureStates) {
  auto const phase_of = [](std::string const& frames) {
    DataSetBuilder made;
    made.text(0x00180081, "DS", "30")
        .text(0x00200100, "IS", "2")
        .text(0x00280008, "IS", frames)
        .words(0x00280010, "US", {1})
        .words(0x00280011, "US", {1})
        .words(0x00280100, "US", {8})
        .bytes(0x7FE00010, "OB", Bytes(2));
    return dicom::read_instance(part10(kExplicitLittleUid, made))->phase;
  };
  auto const phase = phase_of("1");
  ASSERT_EQ(phase.size(), 5u);
  EXPECT_EQ(phase[0], 2);   // Temporal Position Identifier
  EXPECT_EQ(phase[3], 30);  // Echo Time
  EXPECT_LT(phase[4], -1e300) << "not stated";
  EXPECT_TRUE(phase_of("2").empty());
  EXPECT_TRUE(dicom::read_instance(
                  part10(kExplicitLittleUid, picture_header().bytes(0x7FE00010, "OB", Bytes(6))))
                  ->phase.empty());
}

}  // namespace
}  // namespace sightline::dicom_test
