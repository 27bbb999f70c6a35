#include "dicom/display_shutter.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom_test {
namespace {

std::optional<dicom::DisplayShutter> shutter_of(DataSetBuilder const& group0018) {
  std::string text;
  for (std::byte const b : group0018.view()) text += static_cast<char>(b);
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, picture_header().raw(text).bytes(0x7FE00010, "OB", Bytes(6))));
  EXPECT_TRUE(instance) << instance.error().detail;
  return instance ? instance->shutter : std::nullopt;
}

TEST(DisplayShutter, ReadsEachShape) {
  auto const shutter = shutter_of(DataSetBuilder()
                                      .text(0x00181600, "CS", "RECTANGULAR\\CIRCULAR\\POLYGONAL")
                                      .text(0x00181602, "IS", "2")
                                      .text(0x00181604, "IS", "500")
                                      .text(0x00181606, "IS", "-4")
                                      .text(0x00181608, "IS", "400")
                                      .text(0x00181610, "IS", "200\\256")
                                      .text(0x00181612, "IS", "180")
                                      .text(0x00181620, "IS", "1\\1\\1\\512\\512\\256")
                                      .words(0x00181622, "US", {0x8000}));
  ASSERT_TRUE(shutter);
  EXPECT_EQ(shutter->rectangle, (dicom::DisplayShutter::Rectangle{2, 500, -4, 400}));
  EXPECT_EQ(shutter->circle, (dicom::DisplayShutter::Circle{200, 256, 180}));
  EXPECT_EQ(shutter->polygon,
            (std::vector<std::array<std::int32_t, 2>>{{1, 1}, {1, 512}, {512, 256}}));
  EXPECT_EQ(shutter->presentation_value, 0x8000);
  EXPECT_FALSE(shutter->overlay_group);
}

TEST(DisplayShutter, AShapeThatIsNotNamedDoesNotApply) {
  auto const shutter = shutter_of(DataSetBuilder()
                                      .text(0x00181600, "CS", "CIRCULAR")
                                      .text(0x00181602, "IS", "2")
                                      .text(0x00181604, "IS", "500")
                                      .text(0x00181606, "IS", "1")
                                      .text(0x00181608, "IS", "400")
                                      .text(0x00181610, "IS", "200\\256")
                                      .text(0x00181612, "IS", "180"));
  ASSERT_TRUE(shutter);
  EXPECT_FALSE(shutter->rectangle);
}

TEST(DisplayShutter, ShapesWithoutUsableNumbersAreLeftOut) {
  EXPECT_FALSE(shutter_of(DataSetBuilder()));
  EXPECT_FALSE(shutter_of(DataSetBuilder().text(0x00181600, "CS", "RECTANGULAR")));
  EXPECT_FALSE(shutter_of(DataSetBuilder()
                              .text(0x00181600, "CS", "CIRCULAR")
                              .text(0x00181610, "IS", "200\\256")
                              .text(0x00181612, "IS", "0")));
  EXPECT_FALSE(shutter_of(DataSetBuilder()
                              .text(0x00181600, "CS", "POLYGONAL")
                              .text(0x00181620, "IS", "1\\1\\2147483647\\5\\6\\7")));
  EXPECT_FALSE(shutter_of(DataSetBuilder()
                              .text(0x00181600, "CS", "RECTANGULAR")
                              .text(0x00181602, "IS", "500")
                              .text(0x00181604, "IS", "2")
                              .text(0x00181606, "IS", "1")
                              .text(0x00181608, "IS", "400")))
      << "a left edge to the right of the right one";
}

}  // namespace
}  // namespace sightline::dicom_test
