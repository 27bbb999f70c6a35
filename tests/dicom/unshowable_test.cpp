// The sentences for what cannot be shown. The object itself is always read.
#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

Bytes const kPixels(64);

dicom::Instance read(Bytes const& file) {
  auto const instance = dicom::read_instance(file);
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}
std::string reason_of(Picture const& picture) {
  return read(part10(kExplicitLittleUid, picture_header(picture).bytes(0x7FE00010, "OB", kPixels)))
      .unshowable_reason;
}

TEST(Unshowable, ObjectsWithoutPixelsAreNamedByTheirKind) {
  for (auto const& [uid, kind] : std::vector<std::pair<std::string, std::string>>{
           {"1.2.840.10008.5.1.4.1.1.88.33", "SR document"},
           {"1.2.840.10008.5.1.4.1.1.88.59", "key object selection"},
           {"1.2.840.10008.5.1.4.1.1.481.3", "RT structure set"},
           {"1.2.840.10008.5.1.4.1.1.11.1", "presentation state"},
           {"1.2.840.10008.5.1.4.1.1.104.1", "PDF document"}}) {
    DataSetBuilder builder;
    builder.text(0x00080016, "UI", uid).text(0x00080018, "UI", "1.2.3");
    dicom::Instance const instance = read(part10(kExplicitLittleUid, builder));
    EXPECT_FALSE(instance.has_pixels);
    EXPECT_EQ(instance.number_of_frames, 0u);
    EXPECT_EQ(instance.unshowable_reason,
              "An object of this kind (" + kind + ") holds no pixel data.");
  }
}

TEST(Unshowable, AnImageWithoutPixelDataIsNoOtherObject) {
  DataSetBuilder builder;  // computed radiography
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1").text(0x00080018, "UI", "1.2.3");
  EXPECT_EQ(read(part10(kExplicitLittleUid, builder)).unshowable_reason,
            "This object holds no pixel data.");
}

TEST(Unshowable, UnknownTransferSyntaxesAreNamed) {
  for (auto const& [uid, name] : std::vector<std::pair<std::string, std::string>>{
           {"1.2.840.10008.1.2.4.94", "JPIP Referenced"}, {"1.2.3.4", "transfer syntax 1.2.3.4"}}) {
    dicom::Instance const instance =
        read(part10(uid, picture_header({.number_of_frames = "9"}).fragments({}, {kPixels})));
    EXPECT_EQ(instance.unshowable_reason,
              "The pictures are stored as " + name + ", which cannot be shown.");
    EXPECT_TRUE(instance.has_pixels);
    EXPECT_EQ(instance.number_of_frames, 9u);
    EXPECT_TRUE(instance.frames.empty());
  }
}

TEST(Unshowable, RealNumbersInColourAreNamed) {
  EXPECT_EQ(read(part10(kExplicitLittleUid, picture_header({.samples = 3, .photometric = "RGB"})
                                                .bytes(0x7FE00008, "OF", kPixels)))
                .unshowable_reason,
            "Colour pictures of real numbers cannot be shown.");
}

TEST(Unshowable, NumbersThatNoPictureHasAreNamed) {
  EXPECT_EQ(reason_of({.rows = 0}), "The picture has no rows or no columns.");
  EXPECT_EQ(reason_of({.bits_allocated = 64}), "Pictures with 64 bits per sample cannot be shown.");
  EXPECT_EQ(reason_of({.bits_allocated = 12}), "Pictures with 12 bits per sample cannot be shown.");
  EXPECT_EQ(reason_of({.samples = 2}), "Pictures with 2 samples per pixel cannot be shown.");
  EXPECT_EQ(reason_of({.samples = 4, .photometric = "ARGB"}),
            "Pictures with 4 samples per pixel cannot be shown.");
  EXPECT_EQ(reason_of({.samples = 3, .photometric = "HSV"}),
            "Pictures of the kind \"HSV\" cannot be shown.");
  EXPECT_EQ(reason_of({.samples = 3, .photometric = "XYB"}),
            "Pictures of the kind \"XYB\" cannot be shown.");
  EXPECT_EQ(reason_of({.samples = 3, .photometric = "MONOCHROME2"}),
            "The number of samples per pixel contradicts the kind of picture.");
  EXPECT_EQ(reason_of({.samples = 1, .photometric = "RGB"}),
            "The number of samples per pixel contradicts the kind of picture.");
  EXPECT_EQ(reason_of({.photometric = "PALETTE COLOR"}),
            "The picture's colour table is missing or damaged.");
  EXPECT_EQ(reason_of({.rows = 65535, .cols = 65535}),
            "A picture of 65535 x 65535 pixels is larger than can be shown.");
}

TEST(Unshowable, TextOfTheFileInASentenceIsHarmless) {
  EXPECT_EQ(reason_of({.samples = 3, .photometric = "<b>HSV"}),
            "Pictures of the kind \"HSV\" cannot be shown.");
}

TEST(Unshowable, PixelDataThatIsEmptyOrNotStoredAsSaidIsNamed) {
  EXPECT_EQ(read(part10(kExplicitLittleUid, picture_header().bytes(0x7FE00010, "OB", {})))
                .unshowable_reason,
            "The pixel data is empty.");
  Bytes const bare = bytes_of({0xFF, 0xD8, 0xFF, 0xC0, 0, 2});
  EXPECT_EQ(read(part10(kJpegBaselineUid, picture_header().bytes(0x7FE00010, "OB", bare)))
                .unshowable_reason,
            "The pixel data is not stored as its transfer syntax says (JPEG Baseline).");
  EXPECT_EQ(
      read(part10(kExplicitLittleUid, picture_header().fragments({}, {kPixels}))).unshowable_reason,
      "The pixel data is not stored as its transfer syntax says (Explicit VR Little Endian).");
}

TEST(Unshowable, FragmentsThatAreNoneAreNamed) {
  dicom::Instance const instance = read(
      part10(kJpegBaselineUid,
             picture_header().header(0x7FE00010, "OB", 0xFFFFFFFF).raw("this is no item at all")));
  EXPECT_EQ(instance.unshowable_reason, "The pictures in the pixel data cannot be told apart.");
}

TEST(Unshowable, ALossyTransferSyntaxIsLossyWhateverTheFileSays) {
  EXPECT_TRUE(read(part10(kJpegBaselineUid,
                          picture_header().text(0x00282110, "CS", "00").fragments({}, {kPixels})))
                  .lossy.lossy);
  dicom::LossyHistory const lossy =
      read(part10(kExplicitLittleUid, picture_header()
                                          .text(0x00282110, "CS", "01")
                                          .text(0x00282112, "DS", "10.2")
                                          .text(0x00282114, "CS", "ISO_10918_1")
                                          .bytes(0x7FE00010, "OB", kPixels)))
          .lossy;
  EXPECT_TRUE(lossy.lossy);
  EXPECT_EQ(lossy.ratio, "10.2");
  EXPECT_EQ(lossy.method, "ISO_10918_1");
}

}  // namespace
}  // namespace sightline::dicom_test
