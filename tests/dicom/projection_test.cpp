#include "dicom/projection.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

DataSetBuilder code(std::string const& value, std::string const& meaning) {
  DataSetBuilder item;
  item.text(0x00080100, "SH", value).text(0x00080102, "SH", "SCT").text(0x00080104, "LO", meaning);
  return item;
}

DataSetBuilder shared_side(std::string const& side) {
  DataSetBuilder anatomy, group;
  anatomy.text(0x00209072, "CS", side);
  return group.sequence(0x00209071, {anatomy});
}

dicom::Instance read(DataSetBuilder& builder) {
  auto const instance =
      dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(6))));
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}

TEST(Projection, AMammogramsViewIsAbbreviatedByTheCodesOfBothTimes) {
  for (auto const& [value, abbreviation] : {std::pair{"399368009", "MLO"},
                                            {"R-10226", "MLO"},
                                            {"R-10242", "CC"},
                                            {"399101009", "XCCM"}}) {
    DataSetBuilder builder = picture_header({});
    builder.sequence(0x00540220, {code(value, "a view")});
    EXPECT_EQ(read(builder).view_position, abbreviation);
  }
}

TEST(Projection, AnotherViewIsCalledByItsMeaningUnlessThePositionIsStated) {
  DataSetBuilder coded = picture_header({});
  coded.sequence(0x00540220, {code("272460009", "antero-posterior")});
  EXPECT_EQ(read(coded).view_position, "antero-posterior");
  DataSetBuilder stated = picture_header({});
  stated.text(0x00185101, "CS", "PA").sequence(0x00540220, {code("272460009", "antero-posterior")});
  EXPECT_EQ(read(stated).view_position, "PA");
  DataSetBuilder empty = picture_header({});
  EXPECT_EQ(read(empty.sequence(0x00540220, {})).view_position, "");
}

TEST(Projection, TheSideOfEnhancedObjectsIsThatOfAllTheirFrames) {
  for (auto const& [stated, side] : {std::pair{"L", "L"}, {"B", "B"}, {"U", ""}}) {
    DataSetBuilder builder = picture_header({});
    builder.sequence(0x52009229, {shared_side(stated)});
    EXPECT_EQ(read(builder).image_laterality, side);
  }
}

}  // namespace
}  // namespace sightline::dicom_test
