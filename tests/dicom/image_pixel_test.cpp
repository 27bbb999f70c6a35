#include "dicom/image_pixel.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

dicom::Instance read(DataSetBuilder builder) {
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(4096))));
  EXPECT_TRUE(instance);
  return instance.value_or(dicom::Instance{});
}

TEST(ImagePixel, ReadsItsNumbers) {
  PixelFormat const format = read(picture_header({.rows = 5,
                                                  .cols = 7,
                                                  .bits_allocated = 16,
                                                  .bits_stored = 12,
                                                  .high_bit = 11,
                                                  .is_signed = 1}))
                                 .format;
  EXPECT_EQ(format.rows, 5u);
  EXPECT_EQ(format.cols, 7u);
  EXPECT_EQ(format.bits_allocated, 16);
  EXPECT_EQ(format.bits_stored, 12);
  EXPECT_EQ(format.high_bit, 11);
  EXPECT_TRUE(format.is_signed);
  EXPECT_EQ(format.photometric, Photometric::monochrome2);
}

TEST(ImagePixel, RealNumbersAreToldByTheirElement) {
  for (auto const& [tag, bits] : {std::pair{0x7FE00008u, 32}, std::pair{0x7FE00009u, 64}}) {
    // Bits Stored and the like have no meaning here, whatever they say: PS3.3 C.7.6.24.
    DataSetBuilder builder = picture_header({.rows = 2, .cols = 2, .number_of_frames = "2"});
    Bytes const values(static_cast<std::size_t>(bits), std::byte{7});
    Bytes const file =
        part10(kExplicitLittleUid, builder.bytes(tag, bits == 32 ? "OF" : "OD", values));
    auto const instance = dicom::read_instance(file);
    ASSERT_TRUE(instance);
    EXPECT_EQ(instance->unshowable_reason, "");
    EXPECT_TRUE(is_float(instance->format));
    EXPECT_EQ(instance->format.bits_allocated, bits);
    EXPECT_EQ(instance->number_of_frames, 2u);
    EXPECT_EQ(dicom::frame_bytes(file, *instance, 1)->size(), values.size() / 2);
    ASSERT_FALSE(instance->display.empty());  // quirk: LINEAR counts integers
    EXPECT_EQ(instance->display[0].voi_function, dicom::VoiFunction::linear_exact);
  }
}

TEST(ImagePixel, PartsOfAConcatenationSayWhereTheyBegin) {
  DataSetBuilder builder = picture_header();
  builder.text(0x00209161, "UI", "1.2.9").words(0x00209162, "US", {4});
  builder.bytes(0x00209228, "UL", bytes_of({7, 1, 0, 0}));
  dicom::Instance const instance = read(builder);
  EXPECT_EQ(instance.concatenation_uid, "1.2.9");
  EXPECT_EQ(instance.concatenation_frame_offset, 263u);
  EXPECT_EQ(instance.in_concatenation_number, 4u);
}

TEST(ImagePixel, KnowsEachKindOfPicture) {
  EXPECT_EQ(dicom::photometric_of("MONOCHROME1"), Photometric::monochrome1);
  EXPECT_EQ(dicom::photometric_of("PALETTE COLOR"), Photometric::palette_color);
  EXPECT_EQ(dicom::photometric_of("YBR_RCT"), Photometric::ybr_rct);
  EXPECT_EQ(dicom::photometric_of("XYB"), Photometric::rgb);
  EXPECT_EQ(dicom::photometric_of("HSV"), Photometric::unknown);
  EXPECT_EQ(dicom::photometric_of(""), Photometric::unknown);
}

TEST(ImagePixel, ANativeFrameOf422HasTwoSamplesForEachPixel) {
  EXPECT_EQ(dicom::native_frame_bits({10, 20, 3, 8, 8, 7, false, 0, Photometric::ybr_full_422}),
            10u * 20 * 16);
  EXPECT_EQ(dicom::native_frame_bits({10, 20, 3, 8, 8, 7, false, 0, Photometric::ybr_partial_420}),
            10u * 20 * 3 / 2 * 8);
  EXPECT_EQ(dicom::native_frame_bits({10, 20, 3, 8, 8, 7, false, 0, Photometric::rgb}),
            10u * 20 * 24);
  EXPECT_EQ(dicom::native_frame_bits({10, 20, 1, 1, 1, 0, false, 0, Photometric::monochrome2}),
            10u * 20);
}

DataSetBuilder with_rows(std::string_view vr, std::string const& rows) {
  DataSetBuilder builder;
  builder.words(0x00280002, "US", {1})
      .text(0x00280004, "CS", "MONOCHROME2")
      .text(0x00280010, vr, rows)
      .words(0x00280011, "US", {3})
      .words(0x00280100, "US", {8});
  return builder;
}

/// Quirk: Attributes::u16.
TEST(ImagePixel, RowsOfAnotherVrAreANumberAllTheSame) {
  for (auto const& [vr, rows] : std::vector<std::pair<char const*, std::string>>{
           {"IS", "2"}, {"UL", {'\2', 0, 0, 0}}, {"SS", {'\2', 0}}, {"DS", "2.0 "}}) {
    dicom::Instance const image = read(with_rows(vr, rows));
    EXPECT_EQ(image.unshowable_reason, "") << vr;
    EXPECT_EQ(image.format.rows, 2u) << vr;
  }
}

TEST(ImagePixel, RowsThatAreNoUnsignedShortAreNone) {
  for (auto const& [vr, rows] : std::vector<std::pair<char const*, std::string>>{
           {"IS", "many"}, {"UL", {0, 0, '\1', 0}}, {"SS", {'\377', '\377'}}, {"DS", "2.5 "}}) {
    EXPECT_EQ(read(with_rows(vr, rows)).unshowable_reason,
              "The number of rows or columns is missing or is no number.")
        << vr;
  }
}

}  // namespace
}  // namespace sightline::dicom_test
