#include "dicom/annotated_object.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <string>
#include <vector>

#include "data_set_builder.hpp"
#include "dicom/layer_object.hpp"

namespace sightline::dicom_test {
namespace {

constexpr char kComprehensive3D[] = "1.2.840.10008.5.1.4.1.1.88.34",
               kBulk[] = "1.2.840.10008.5.1.4.1.1.91.1";

DataSetBuilder start(std::string sop_class) {
  return DataSetBuilder()
      .text(0x00080016, "UI", std::move(sop_class))
      .text(0x00080018, "UI", "1.2.3");
}
Result<std::string> read(DataSetBuilder const& builder) {
  return dicom::layer_object_json(part10(kExplicitLittleUid, builder));
}
std::string floats(std::vector<float> const& values) {
  std::string bytes;
  for (float const value : values)
    for (int shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>(std::bit_cast<std::uint32_t>(value) >> shift & 0xFF);
  return bytes;
}
std::string words(std::vector<std::uint32_t> const& values) {
  std::string bytes;
  for (std::uint32_t const value : values)
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}
std::string groups_of(DataSetBuilder const& group) {
  auto const json = read(start(kBulk).text(0x006A0001, "CS", "2D").sequence(0x006A0002, {group}));
  EXPECT_TRUE(json);
  if (!json) return {};
  return json->substr(json->find("\"groups\""));
}
DataSetBuilder polygons(std::vector<std::uint32_t> const& starts) {
  return DataSetBuilder()
      .text(0x00660016, "OF", floats({0, 0, 4, 0, 4, 4, 9, 9, 9, 12, 12, 12}))
      .text(0x00660040, "OL", words(starts))
      .text(0x00700023, "CS", "POLYGON");
}

TEST(AnnotatedObject, ReportsAndBulkAnnotationsLieOverImagesButNotKeyObjects) {
  EXPECT_EQ(dicom::annotated_object_kind(kComprehensive3D), "REPORT");
  EXPECT_EQ(dicom::annotated_object_kind("1.2.840.10008.5.1.4.1.1.88.50"), "REPORT");
  EXPECT_EQ(dicom::annotated_object_kind("1.2.840.10008.5.1.4.1.1.88.59"), "");
  EXPECT_EQ(dicom::annotated_object_kind(kBulk), "ANNOTATIONS");
  EXPECT_TRUE(dicom::is_layer_object(kBulk));
  EXPECT_FALSE(dicom::annotated_object_json({}, kDefaultLimits));
}

TEST(AnnotatedObject, ReportWithoutCoordinatesHasNoTree) {
  auto const text =
      DataSetBuilder().text(0x0040A040, "CS", "TEXT").text(0x0040A160, "UT", "SCOORD");
  auto const json = read(
      start(kComprehensive3D).text(0x0040A040, "CS", "CONTAINER").sequence(0x0040A730, {text}));
  ASSERT_TRUE(json);
  EXPECT_EQ(*json, R"({"format":"sightline.layer.v1","kind":"REPORT","sopInstanceUID":"1.2.3"})");
}

TEST(AnnotatedObject, ReportGivesItsTreeWithTheOriginOfPixels) {
  auto const line = DataSetBuilder()
                        .text(0x0040A010, "CS", "CONTAINS")
                        .text(0x0040A040, "CS", "SCOORD")
                        .text(0x00480301, "CS", "VOLUME")
                        .text(0x00700022, "FL", floats({1.5F, 2, 3, 4.25F}))
                        .text(0x00700023, "CS", "POLYLINE");
  auto const json = read(
      start(kComprehensive3D).text(0x0040A040, "CS", "CONTAINER").sequence(0x0040A730, {line}));
  ASSERT_TRUE(json);
  EXPECT_NE(json->find(R"("root":{"id":"1","type":"CONTAINER","children":[{"id":"1.1",)"
                       R"("type":"SCOORD","relationship":"CONTAINS","graphicType":"POLYLINE",)"
                       R"("graphicData":[1.5,2,3,4.25],"pixelOrigin":"VOLUME"}]})"),
            std::string::npos)
      << *json;
}

TEST(AnnotatedObject, FiguresBeginWhereTheIndexListSays) {
  // values 1 and 7: points 0 and 3; base64 of 0, 3 as words
  std::string const json = groups_of(polygons({1, 7}));
  EXPECT_NE(json.find(R"("dimension":2,"points":")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("starts":"AAAAAAMAAAA=")"), std::string::npos) << json;
}

TEST(AnnotatedObject, GroupWhoseIndexesAreNoneIsLeftOut) {
  for (std::vector<std::uint32_t> const& starts : std::vector<std::vector<std::uint32_t>>{
           {}, {0, 7}, {1, 6}, {3, 7}, {1, 7, 7}, {1, 13}, {7, 1}, {1, 0xFFFFFFFF}}) {
    std::string const json = groups_of(polygons(starts));
    EXPECT_NE(json.find(R"("leftOut":true)"), std::string::npos) << json;
    EXPECT_EQ(json.find("points"), std::string::npos);
  }
}

TEST(AnnotatedObject, GroupWithAPointThatIsNowhereOrAPartOfOneIsLeftOut) {
  for (std::vector<float> const& points : std::vector<std::vector<float>>{
           {1, 2, 3}, {1, std::numeric_limits<float>::infinity()}, {}}) {
    std::string const json = groups_of(
        DataSetBuilder().text(0x00660016, "OF", floats(points)).text(0x00700023, "CS", "POINT"));
    EXPECT_NE(json.find(R"("leftOut":true)"), std::string::npos) << json;
  }
}

TEST(AnnotatedObject, MeasuredValuesNameTheirAnnotationsFromOne) {
  auto const values =
      DataSetBuilder().text(0x00660125, "OF", floats({1.5F})).text(0x006A0011, "OL", words({2}));
  auto const beyond =
      DataSetBuilder().text(0x00660125, "OF", floats({1.5F})).text(0x006A0011, "OL", words({3}));
  auto const measured = [](DataSetBuilder const& of) {
    return DataSetBuilder().sequence(0x00660132, {of});
  };
  std::string const json =
      groups_of(DataSetBuilder()
                    .text(0x00660016, "OF", floats({0, 0, 4, 0, 4, 4, 9, 9, 9, 12, 12, 12}))
                    .text(0x00660040, "OL", words({1, 7}))
                    .sequence(0x00660121, {measured(values), measured(beyond)})
                    .text(0x00700023, "CS", "POLYGON"));
  EXPECT_NE(json.find(R"("measurements":[{"values":"AADAPw==","indexes":"AQAAAA=="},{}])"),
            std::string::npos)
      << json;
}

}  // namespace
}  // namespace sightline::dicom_test
