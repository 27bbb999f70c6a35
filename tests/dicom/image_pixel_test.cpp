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
  EXPECT_EQ(dicom::native_frame_bits({10, 20, 3, 8, 8, 7, false, 0, Photometric::rgb}),
            10u * 20 * 24);
  EXPECT_EQ(dicom::native_frame_bits({10, 20, 1, 1, 1, 0, false, 0, Photometric::monochrome2}),
            10u * 20);
}

TEST(ImagePixel, RowsMustBeUnsignedShorts) {
  DataSetBuilder builder;
  builder.words(0x00280002, "US", {1})
      .text(0x00280004, "CS", "MONOCHROME2")
      .text(0x00280010, "IS", "2")
      .words(0x00280011, "US", {3})
      .words(0x00280100, "US", {8});
  EXPECT_EQ(read(builder).unshowable_reason,
            "The number of rows or columns is missing or is no number.");
}

}  // namespace
}  // namespace sightline::dicom_test
