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

}  // namespace
}  // namespace sightline::dicom_test
