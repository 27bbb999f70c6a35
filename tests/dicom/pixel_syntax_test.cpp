// Quirk "pixels of another transfer syntax".
#include "dicom/pixel_syntax.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

constexpr char kLosslessUid[] = "1.2.840.10008.1.2.4.57", kJpegLsUid[] = "1.2.840.10008.1.2.4.81",
               kJ2kUid[] = "1.2.840.10008.1.2.4.91", kHtj2kUid[] = "1.2.840.10008.1.2.4.203",
               kJpegXlUid[] = "1.2.840.10008.1.2.4.112",
               kEncapsulatedUid[] = "1.2.840.10008.1.2.1.98";

/// A JPEG up to its frame header, with a comment before it.
Bytes jpeg_of(int sof) {
  return bytes_of({0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2, 0xFF, sof, 0, 2, 0xFF, 0xD9});
}
/// A JPEG 2000 codestream up to the marker after SIZ, which has 2 bytes here.
Bytes j2k_with(int marker) {
  return bytes_of({0xFF, 0x4F, 0xFF, 0x51, 0, 4, 7, 7, 0xFF, marker, 0xFF, 0xD9});
}
Bytes rle() {
  Bytes frame(66);
  frame[0] = std::byte{1};
  frame[4] = std::byte{64};
  return frame;
}

Bytes encapsulated(char const* uid, Bytes const& frame) {
  return part10(uid, picture_header().fragments({}, {frame}));
}

void expect_taken_as(Bytes const& file, std::string_view uid, Bytes const& frame) {
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_EQ(instance->unshowable_reason, "");
  EXPECT_EQ(instance->transfer_syntax_uid, uid);
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 0).value_or(Bytes{}), frame);
}

TEST(PixelSyntax, CodestreamsAreWhatTheyAreWhateverIsStated) {
  std::vector<std::pair<Bytes, char const*>> const codestreams{
      {jpeg_of(0xC0), kJpegBaselineUid},
      {jpeg_of(0xC3), kLosslessUid},
      {jpeg_of(0xF7), kJpegLsUid},
      {j2k_with(0x52), kJ2kUid},
      {j2k_with(0x50), kHtj2kUid},
      {bytes_of({0xFF, 0x0A, 1, 2}), kJpegXlUid},
      {rle(), kRleUid}};
  for (auto const& [frame, uid] : codestreams) {
    for (char const* const stated : {kExplicitLittleUid, "1.2.3.4.5"})
      expect_taken_as(encapsulated(stated, frame), uid, frame);
    if (uid != std::string_view(kRleUid)) expect_taken_as(encapsulated(kRleUid, frame), uid, frame);
  }
}

TEST(PixelSyntax, WhatFitsTheStatedSyntaxIsLeftAsItIs) {
  expect_taken_as(encapsulated(kJpegBaselineUid, jpeg_of(0xC3)), kJpegBaselineUid, jpeg_of(0xC3));
  expect_taken_as(encapsulated(kJpeg2000Uid, j2k_with(0x50)), kJpeg2000Uid, j2k_with(0x50));
  Bytes const boxes = bytes_of({0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20});
  expect_taken_as(encapsulated(kJpegXlUid, boxes), kJpegXlUid, boxes);
  Bytes const samples = bytes_of({0xFF, 0xD8, 0xFF, 0xC0, 1, 2});
  expect_taken_as(encapsulated(kEncapsulatedUid, samples), kEncapsulatedUid, samples);
}

TEST(PixelSyntax, SamplesUnderACompressedSyntaxAreSamples) {
  Bytes const samples = bytes_of({1, 2, 3, 4, 5, 6});
  expect_taken_as(part10(kJpeg2000Uid, picture_header().bytes(0x7FE00010, "OB", samples)),
                  kExplicitLittleUid, samples);
  expect_taken_as(
      part10(kRleUid, picture_header({}, kExplicitBig).bytes(0x7FE00010, "OB", samples)),
      kExplicitBigUid, samples);
  // but not a codestream without items
  auto const bare = dicom::read_instance(
      part10(kJpeg2000Uid, picture_header().bytes(0x7FE00010, "OB", jpeg_of(0xC0))));
  EXPECT_EQ(bare->unshowable_reason,
            "The pixel data is not stored as its transfer syntax says (JPEG 2000 Lossless).");
}

TEST(PixelSyntax, FragmentsInAValueOfDefinedLengthAreFragments) {
  Bytes const frame = jpeg_of(0xC0);
  DataSetBuilder items;
  items.header(dicom::kItem, "", 0).bytes(dicom::kItem, "", frame);
  for (char const* const stated : {kJpegBaselineUid, kExplicitLittleUid})
    expect_taken_as(part10(stated, picture_header().bytes(0x7FE00010, "OB", items.view())),
                    kJpegBaselineUid, frame);
  Bytes const samples = bytes_of({0xFE, 0xFF, 0, 0xE0, 0, 0});
  expect_taken_as(part10(kExplicitLittleUid, picture_header().bytes(0x7FE00010, "OB", samples)),
                  kExplicitLittleUid, samples);
}

TEST(PixelSyntax, GesOwnHasBigEndianPixelsInALittleEndianDataSet) {
  Picture const picture{
      .rows = 1, .cols = 1, .bits_allocated = 16, .bits_stored = 16, .high_bit = 15};
  auto const instance = dicom::read_instance(
      part10(dicom::kGePixelsBigEndian,
             picture_header(picture, kImplicitLittle).bytes(0x7FE00010, "OW", bytes_of({1, 2}))));
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->unshowable_reason, "");
  EXPECT_TRUE(instance->frame_bytes_big_endian);
}

TEST(PixelSyntax, FragmentsOfNothingKnownAreSaidToBeSo) {
  auto const instance =
      dicom::read_instance(encapsulated(kExplicitLittleUid, bytes_of({1, 2, 3, 4})));
  ASSERT_TRUE(instance);
  EXPECT_EQ(
      instance->unshowable_reason,
      "The pixel data is not stored as its transfer syntax says (Explicit VR Little Endian).");
}

}  // namespace
}  // namespace sightline::dicom_test
