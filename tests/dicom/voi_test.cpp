#include "dicom/voi.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "dicom/quirks.hpp"

namespace sightline::dicom_test {
namespace {

using dicom::Window;

dicom::DisplayPipeline display_of(DataSetBuilder builder, Picture const& picture = {}) {
  DataSetBuilder whole = picture_header(picture);
  std::string tail;
  for (std::byte const b : builder.view()) tail += static_cast<char>(b);
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, whole.raw(tail).bytes(0x7FE00010, "OB", Bytes(64))));
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  EXPECT_EQ(instance->display.size(), 1u);
  return instance->display.front();
}

DataSetBuilder lut_item(std::vector<std::uint16_t> const& descriptor, char const* vr,
                        std::string explanation) {
  DataSetBuilder item;
  item.words(0x00283002, vr, descriptor)
      .text(0x00283003, "LO", std::move(explanation))
      .words(0x00283006, "OW", {1, 2});
  return item;
}

TEST(Display, WithoutAnythingItIsTheIdentity) {
  EXPECT_EQ(display_of(DataSetBuilder()), dicom::DisplayPipeline{});
}

TEST(Display, WindowsArePairedInOrderWithTheirExplanations) {
  DataSetBuilder builder;
  builder.text(0x00281050, "DS", "40\\ -600 \\+1")
      .text(0x00281051, "DS", "80\\1500")
      .text(0x00281055, "LO", "BRAIN\\LUNG")
      .text(0x00281056, "CS", "SIGMOID");
  dicom::DisplayPipeline const display = display_of(builder);
  EXPECT_EQ(display.windows, (std::vector<Window>{{40, 80, "BRAIN"}, {-600, 1500, "LUNG"}}));
  EXPECT_EQ(display.voi_function, dicom::VoiFunction::sigmoid);
}

TEST(Display, AWindowWithoutWidthSaysNothing) {
  DataSetBuilder builder;
  builder.text(0x00281050, "DS", "1\\2\\3\\4").text(0x00281051, "DS", "0\\-5\\0.5\\x");
  EXPECT_EQ(display_of(builder).windows, (std::vector<Window>{{3, 0.5, ""}}));
}

TEST(Display, HalfAWindowCostsOnlyItself) {
  DataSetBuilder builder;
  builder.text(0x00281050, "DS", "\\300\\40\\70")
      .text(0x00281051, "DS", "\\1500\\none")
      .text(0x00281055, "LO", "EMPTY\\LUNG\\BROKEN\\ALONE");
  EXPECT_EQ(display_of(builder).windows, (std::vector<Window>{{300, 1500, "LUNG"}}));
  DataSetBuilder empty;
  empty.text(0x00281050, "DS", "").text(0x00281051, "DS", "\\");
  EXPECT_TRUE(display_of(empty).windows.empty());
}

TEST(Display, ACommaIsAPointAndLinesMayEndBehindANumber) {
  DataSetBuilder builder;
  builder.text(0x00281050, "DS", "40,5\\40\r\n\\1,000.5")
      .text(0x00281051, "DS", "400,0\\\t80\\7")
      .text(0x00281052, "DS", "-0,5");
  EXPECT_EQ(display_of(builder).windows, (std::vector<Window>{{40.5, 400, ""}, {40, 80, ""}}));
  EXPECT_EQ(display_of(builder).rescale_intercept, -0.5);
}

TEST(Display, RescaleOfCtIsInHounsfieldUnitsUnlessItSaysOtherwise) {
  DataSetBuilder plain, typed;
  plain.text(0x00281052, "DS", "-1024").text(0x00281053, "DS", "2.5");
  typed.text(0x00281052, "DS", "-1024").text(0x00281053, "DS", "1").text(0x00281054, "LO", "US");
  EXPECT_EQ(display_of(plain).rescale_type, "HU");
  EXPECT_EQ(display_of(plain).rescale_slope, 2.5);
  EXPECT_EQ(display_of(plain).rescale_intercept, -1024);
  EXPECT_EQ(display_of(typed).rescale_type, "US");
}

TEST(Display, ARescaleSlopeOfZeroIsKeptWithoutAUnit) {
  DataSetBuilder builder;
  builder.text(0x00281052, "DS", "5").text(0x00281053, "DS", "0").text(0x00281054, "LO", "HU");
  dicom::DisplayPipeline const display = display_of(builder);
  EXPECT_EQ(display.rescale_slope, 0);
  EXPECT_EQ(display.rescale_intercept, 5);
  EXPECT_EQ(display.rescale_type, "");
  EXPECT_EQ(dicom::quirks::usable_rescale_slope(0), 1);
  EXPECT_EQ(dicom::quirks::usable_rescale_slope(-2), -2);
}

TEST(Display, ARescaleSlopeOfZeroLeavesNoUptake) {
  auto const factor = [](char const* slope) {
    DataSetBuilder builder;
    builder.text(0x00080060, "CS", "PT").words(0x00280002, "US", {1});
    builder.text(0x00280004, "CS", "MONOCHROME2").words(0x00280010, "US", {2});
    builder.words(0x00280011, "US", {3}).words(0x00280100, "US", {8});
    builder.text(0x00281053, "DS", slope).text(0x00541001, "CS", "GML");
    auto const instance =
        dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(6))));
    return instance ? instance->suv_factor : std::nullopt;
  };
  EXPECT_EQ(factor("0.5"), 1.0);
  EXPECT_EQ(factor("0"), std::nullopt);
}

TEST(Display, AModalityLutTakesThePlaceOfRescale) {
  DataSetBuilder builder, item = lut_item({2, 0xFFFF, 16}, "US", "raw");
  item.text(0x00283004, "LO", "OD");
  builder.text(0x00281052, "DS", "-1024").text(0x00281053, "DS", "3").sequence(0x00283000, {item});
  dicom::DisplayPipeline const display = display_of(builder, {.is_signed = 1});
  ASSERT_TRUE(display.modality_lut);
  EXPECT_EQ(*display.modality_lut, (dicom::Lut{-1, 8, {1, 2}, "raw"}));
  EXPECT_EQ(display.rescale_slope, 1);
  EXPECT_EQ(display.rescale_intercept, 0);
}

TEST(Display, AVoiLutIsReadBySignOfItsInput) {
  auto const first_mapped = [](DataSetBuilder before, Picture const& picture, char const* vr) {
    before.sequence(0x00283010,
                    {lut_item({2, 0xFC00, 16}, vr, "x"), lut_item({2, 0, 16}, vr, "y")});
    dicom::DisplayPipeline const display = display_of(before, picture);
    EXPECT_EQ(display.voi_luts.size(), 2u);
    return display.voi_luts.front().first_mapped;
  };
  DataSetBuilder rescaled, with_modality_lut;
  rescaled.text(0x00281052, "DS", "-1024").text(0x00281053, "DS", "1");
  with_modality_lut.sequence(0x00283000, {lut_item({2, 0, 16}, "US", "")});
  EXPECT_EQ(first_mapped({}, {}, "US"), 0xFC00);
  EXPECT_EQ(first_mapped({}, {}, "SS"), -1024);
  EXPECT_EQ(first_mapped({}, {.is_signed = 1}, "US"), -1024);
  EXPECT_EQ(first_mapped(rescaled, {}, "US"), -1024);
  EXPECT_EQ(first_mapped(with_modality_lut, {.is_signed = 1}, "US"), 0xFC00);
}

TEST(Display, PaddingIsReadByPixelRepresentation) {
  DataSetBuilder builder;
  builder.words(0x00280120, "US", {0xF830}).words(0x00280121, "US", {0xF831});
  EXPECT_EQ(
      display_of(builder, {.bits_allocated = 16, .bits_stored = 16, .high_bit = 15}).padding_value,
      63536);
  dicom::DisplayPipeline const display = display_of(
      builder, {.bits_allocated = 16, .bits_stored = 16, .high_bit = 15, .is_signed = 1});
  EXPECT_EQ(display.padding_value, -2000);
  EXPECT_EQ(display.padding_range_limit, -1999);
}

TEST(Display, PaddingOfRealNumbersIsThatOfTheirWidth) {
  DataSetBuilder floats;
  floats.words(0x00280120, "US", {7})
      .bytes(0x00280122, "FL", bytes_of({0, 0, 0x80, 0x3F}))  // 1
      .doubles(0x00280123, {5})
      .bytes(0x00280124, "FL", bytes_of({0, 0, 0, 0xC0}))  // -2
      .doubles(0x00280125, {6});
  auto const of = [&](std::uint32_t tag, char const* vr, std::size_t size) {
    DataSetBuilder file = picture_header({.rows = 1, .cols = 1, .bits_allocated = 32});
    file.raw({reinterpret_cast<char const*>(floats.view().data()), floats.view().size()})
        .bytes(tag, vr, Bytes(size));
    auto const instance = dicom::read_instance(part10(kExplicitLittleUid, file));
    return instance ? instance->display.at(0) : dicom::DisplayPipeline{};
  };
  auto const of_float = of(0x7FE00008, "OF", 4), of_double = of(0x7FE00009, "OD", 8);
  EXPECT_EQ(of_float.real_padding, (std::array{-2.0, 1.0}));
  EXPECT_EQ(of_double.real_padding, (std::array{5.0, 6.0}));
  EXPECT_FALSE(of_float.padding_value);
}

/// The lowest value is white where the standard says so: PS3.3 C.7.6.3.1.2 of MONOCHROME1, C.7.6.1
/// of INVERSE, which goes with it. dcmj2pnm draws the same, but for IDENTITY with MONOCHROME1.
TEST(Display, WhichEndIsWhite) {
  struct Case {
    char const *photometric, *shape;
    bool lowest_is_white;
  };
  for (auto const& [photometric, shape, lowest_is_white] :
       {Case{"MONOCHROME1", "", true}, Case{"MONOCHROME1", "INVERSE", true},
        Case{"MONOCHROME1", "IDENTITY", true}, Case{"MONOCHROME2", "", false},
        Case{"MONOCHROME2", "IDENTITY", false}, Case{"MONOCHROME2", "INVERSE", true}}) {
    SCOPED_TRACE(std::string(photometric) + " " + shape);
    DataSetBuilder builder;
    builder.text(0x20500020, "CS", shape);
    bool const is_turned = display_of(builder, {.photometric = photometric}).presentation_inverse;
    bool const is_monochrome1 = std::string_view(photometric) == "MONOCHROME1";
    EXPECT_EQ(is_turned != is_monochrome1, lowest_is_white);
  }
}

/// Of presentation states and film boxes only (PS3.3 C.11.6, C.11.4); dcmj2pnm draws an image that
/// has one without it.
TEST(Display, APresentationLutSequenceInAnImageIsNone) {
  DataSetBuilder builder;
  builder.sequence(0x20500010, {lut_item({2, 0, 16}, "US", "")});
  EXPECT_EQ(display_of(builder), dicom::DisplayPipeline{});
}

}  // namespace
}  // namespace sightline::dicom_test
