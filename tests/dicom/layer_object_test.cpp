#include "dicom/layer_object.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

constexpr char kSegmentation[] = "1.2.840.10008.5.1.4.1.1.66.4",
               kStructureSet[] = "1.2.840.10008.5.1.4.1.1.481.3",
               kDose[] = "1.2.840.10008.5.1.4.1.1.481.2";

DataSetBuilder start(std::string sop_class) {
  return DataSetBuilder()
      .text(0x00080016, "UI", std::move(sop_class))
      .text(0x00080018, "UI", "1.2.3");
}
Result<std::string> read(DataSetBuilder const& builder) {
  return dicom::layer_object_json(part10(kExplicitLittleUid, builder));
}
DataSetBuilder contour(std::string type, std::string points, std::string count) {
  return DataSetBuilder()
      .text(0x30060042, "CS", std::move(type))
      .text(0x30060046, "IS", std::move(count))
      .text(0x30060050, "DS", std::move(points));
}

TEST(LayerObject, OnlyWhatLiesOverImagesIsRead) {
  EXPECT_TRUE(dicom::is_layer_object(kSegmentation));
  EXPECT_TRUE(dicom::is_layer_object("1.2.840.10008.5.1.4.1.1.66.7"));
  EXPECT_TRUE(dicom::is_layer_object("1.2.840.10008.5.1.4.1.1.30"));
  EXPECT_FALSE(dicom::is_layer_object("1.2.840.10008.5.1.4.1.1.66.5"));  // a surface
  auto const image = read(start("1.2.840.10008.5.1.4.1.1.2"));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::unsupported);
  EXPECT_FALSE(dicom::layer_object_json({}));
}

TEST(LayerObject, DoseHasItsScalingAndOffsets) {
  auto const json = read(start(kDose)
                             .text(0x30040002, "CS", "GY")
                             .text(0x3004000C, "DS", "0\\2.5\\5")
                             .text(0x3004000E, "DS", "1.5e-3"));
  ASSERT_TRUE(json) << json.error().detail;
  EXPECT_EQ(*json,
            R"({"format":"sightline.layer.v1","kind":"DOSE","sopInstanceUID":"1.2.3","units":"GY",)"
            R"("scaling":0.0015,"offsets":[0,2.5,5],"frames":[],"images":[]})");
}

TEST(LayerObject, FramesNameTheirSegmentAndImageButNotWhereSpaceWasNotKept) {
  auto const source = [](char const* uid, char const* preserved) {
    return DataSetBuilder()
        .text(0x00081155, "UI", uid)
        .text(0x00081160, "IS", "3")
        .text(0x0028135A, "CS", preserved);
  };
  auto const frame =
      DataSetBuilder()
          .sequence(0x00089124, {DataSetBuilder().sequence(0x00082112, {source("1.2.9.1", "YES"),
                                                                        source("1.2.9.2", "NO")})})
          .sequence(0x0062000A, {DataSetBuilder().words(0x0062000B, "US", {4})});
  auto const json = read(
      start(kSegmentation)
          .text(0x00620001, "CS", "BINARY")
          .sequence(0x00620002,
                    {DataSetBuilder().words(0x00620004, "US", {4}).text(0x00620005, "LO", "Liver")})
          .sequence(0x52009230, {frame}));
  ASSERT_TRUE(json) << json.error().detail;
  EXPECT_NE(json->find(R"("segments":[{"number":4,"label":"Liver"}])"), std::string::npos) << *json;
  EXPECT_NE(json->find(R"("frames":[{"segment":4,"images":[[0,3]]}],"images":["1.2.9.1"])"),
            std::string::npos)
      << *json;
}

TEST(LayerObject, ContoursThatAreNotWholeAreLeftOutAndThatIsSaid) {
  auto const set = [](std::vector<DataSetBuilder> const& contours) {
    return start(kStructureSet)
        .sequence(0x30060020,
                  {DataSetBuilder().text(0x30060022, "IS", "1").text(0x30060026, "LO", "Cord")})
        .sequence(0x30060039,
                  {DataSetBuilder().sequence(0x30060040, contours).text(0x30060084, "IS", "1")});
  };
  auto const good = contour("CLOSED_PLANAR", "1\\2\\3\\4\\5\\6", "2");
  auto const whole = read(set({good}));
  ASSERT_TRUE(whole) << whole.error().detail;
  EXPECT_NE(whole->find(R"("types":"C","counts":[2],"images":[null],"points":"AACAPwAAAEAAAEBA)"),
            std::string::npos)
      << *whole;
  EXPECT_EQ(whole->find("incomplete"), std::string::npos);
  for (auto const& broken :
       {contour("CLOSED_PLANAR", "1\\2\\3\\4\\5", "2"), contour("CLOSED_PLANAR", "1\\2\\x", "1"),
        contour("CLOSED_PLANAR", "1\\2\\3", "2"), contour("SPIRAL", "1\\2\\3", "1"),
        contour("POINT", "", "0")}) {
    auto const json = read(set({good, broken}));
    ASSERT_TRUE(json) << json.error().detail;
    EXPECT_NE(json->find(R"("counts":[2])"), std::string::npos) << *json;
    EXPECT_NE(json->find(R"("incomplete":true)"), std::string::npos) << *json;
  }
}

/// Its own, else the one that its references name; of two neither.
TEST(LayerObject, AStructureSetLiesInTheFrameOfReferenceThatItNames) {
  auto const space = [](char const* uid) { return DataSetBuilder().text(0x00200052, "UI", uid); };
  auto const in = [&](std::vector<DataSetBuilder> const& spaces) {
    return read(start(kStructureSet).sequence(0x30060010, spaces)).value_or("");
  };
  EXPECT_TRUE(in({space("1.2.7"), space("1.2.7")}).contains(R"("frameOfReferenceUID":"1.2.7")"));
  EXPECT_FALSE(in({space("1.2.7"), space("1.2.8")}).contains("frameOfReferenceUID"));
  auto const own = read(
      start(kStructureSet).text(0x00200052, "UI", "1.2.6").sequence(0x30060010, {space("1.2.7")}));
  EXPECT_TRUE(own.value_or("").contains(R"("frameOfReferenceUID":"1.2.6")"));
}

TEST(LayerObject, FramesWithoutGroupsOfTheirOwnAreWhatTheSharedOnesSay) {
  auto const segment =
      DataSetBuilder().sequence(0x0062000A, {DataSetBuilder().words(0x0062000B, "US", {4})});
  auto const lone = read(start(kSegmentation).sequence(0x52009229, {segment}));
  EXPECT_TRUE(lone.value_or("").contains(R"("frames":[{"segment":4}])"));
  auto const three = read(start(kSegmentation)
                              .text(0x00280008, "IS", "3")
                              .sequence(0x52009229, {segment})
                              .sequence(0x52009230, {DataSetBuilder()}));
  EXPECT_TRUE(
      three.value_or("").contains(R"("frames":[{"segment":4},{"segment":4},{"segment":4}])"));
}

TEST(LayerObject, TheRangeOfAMappingIsSignedAsThePixelsAre) {
  auto const mapping = DataSetBuilder()
                           .words(0x00409211, "US", {0xFFFF})
                           .words(0x00409216, "US", {0xFC18})
                           .doubles(0x00409225, {2});
  auto const map = [&](std::uint16_t is_signed) {
    return read(start("1.2.840.10008.5.1.4.1.1.30")
                    .words(0x00280103, "US", {is_signed})
                    .sequence(0x52009229, {DataSetBuilder().sequence(0x00409096, {mapping})}))
        .value_or("");
  };
  EXPECT_TRUE(map(1).contains(R"("first":-1000,"last":-1)")) << map(1);
  EXPECT_TRUE(map(0).contains(R"("first":64536,"last":65535)")) << map(0);
}

TEST(LayerObject, AMappingByTableIsGivenWhole) {
  auto const mapping = DataSetBuilder()
                           .words(0x00409211, "US", {2})
                           .doubles(0x00409212, {1, 0.5, -2})
                           .words(0x00409216, "US", {0});
  auto const map =
      read(start("1.2.840.10008.5.1.4.1.1.30")
               .sequence(0x52009229, {DataSetBuilder().sequence(0x00409096, {mapping})}))
          .value_or("");
  // 1, 0.5 and -2 as IEEE 754: 3FF0…, 3FE0…, C000…, low byte first
  EXPECT_TRUE(map.contains(R"({"first":0,"last":2,"lut":"AAAAAAAA8D8AAAAAAADgPwAAAAAAAADA"})"))
      << map;
}

DataSetBuilder histogram(char const* data, char const* scaling) {
  DataSetBuilder item;
  item.text(0x30040001, "CS", "CUMULATIVE").text(0x30040002, "CS", "GY");
  item.text(0x30040004, "CS", "PHYSICAL").text(0x30040052, "DS", scaling);
  item.text(0x30040054, "CS", "CM3").text(0x30040056, "IS", "2").text(0x30040058, "DS", data);
  auto const region = [](char const* contribution, char const* number) {
    return DataSetBuilder().text(0x30040062, "CS", contribution).text(0x30060084, "IS", number);
  };
  item.sequence(0x30040060, {region("INCLUDED", "5"), region("EXCLUDED", "7")});
  return item.text(0x30040074, "DS", "1.25");
}

TEST(LayerObject, HistogramsOfADoseAreGivenAsTheyAreStated) {
  auto const dose = [](std::vector<DataSetBuilder> const& histograms) {
    auto builder = start("1.2.840.10008.5.1.4.1.1.481.2");
    builder.text(0x3004000E, "DS", "0.01").sequence(0x30040050, histograms);
    builder.sequence(0x300C0060, {DataSetBuilder().text(0x00081155, "UI", "1.2.5")});
    return read(builder).value_or("");
  };
  std::string const whole = dose({histogram("1\\0.5\\-2\\1", "0.1")});
  EXPECT_TRUE(whole.contains(R"("structureSet":"1.2.5")")) << whole;
  EXPECT_TRUE(whole.contains(
      R"("histograms":[{"type":"CUMULATIVE","doseUnits":"GY","doseType":"PHYSICAL","volumeUnits":"CM3",)"
      R"("scaling":0.1,"bins":"AAAAAAAA8D8AAAAAAADgPwAAAAAAAADAAAAAAAAA8D8=",)"
      R"("regions":[5],"excluded":[7],"mean":1.25}])"))
      << whole;
  EXPECT_FALSE(whole.contains("leftOut"));
  std::string const broken = dose({histogram("1\\2\\3", "1"), histogram("", "1"),
                                   histogram("1\\2", ""), histogram("1\\x", "1")});
  EXPECT_TRUE(broken.contains(R"("histograms":[],"leftOut":4)")) << broken;
}

TEST(LayerObject, EveryPrefixIsRefusedOrRead) {
  auto const file = part10(kExplicitLittleUid,
                           start(kStructureSet)
                               .sequence(0x30060020, {DataSetBuilder().text(0x30060022, "IS", "1")})
                               .text(0x30060002, "SH", "PLAN"));
  for (std::size_t length = 0; length < file.size(); ++length)
    (void)dicom::layer_object_json(std::span(file).first(length));
  EXPECT_TRUE(dicom::layer_object_json(file));
}

}  // namespace
}  // namespace sightline::dicom_test
