// Objects of more than 4 GiB, read by ranges: what is found, and how little is read for it.
#include "large_object.hpp"

#include <gtest/gtest.h>

#include "dicom/dicom_json.hpp"

namespace sightline::dicom_test {
namespace {

constexpr std::uint64_t kFourGib = 4ull << 30;

/// What the object has, whatever tells where its frames are.
void expect_frames(SparseFile& file, dicom::Instance const& instance, std::size_t fragments) {
  ASSERT_EQ(instance.unshowable_reason, "");
  ASSERT_EQ(instance.frames.size(), LargeObject::kFrames);
  std::uint64_t at = 0;
  for (std::uint32_t i = 0; i < LargeObject::kBigFrames; ++i) {
    auto const& spans = instance.frames[i].fragments;
    ASSERT_EQ(spans.size(), fragments) << i;
    EXPECT_GT(spans.front().offset_bytes, at);
    std::uint64_t length = 0;
    for (auto const& span : spans) length += span.length_bytes;
    EXPECT_EQ(length, LargeObject::kBigBytes);
    at = spans.back().offset_bytes + spans.back().length_bytes;
  }
  for (std::uint32_t i = LargeObject::kBigFrames; i < LargeObject::kFrames; ++i) {
    auto const source = file.source();
    EXPECT_GT(instance.frames[i].fragments.front().offset_bytes, kFourGib);
    EXPECT_EQ(dicom::frame_bytes(source, instance, i).value_or(Bytes{}), small_frame(i)) << i;
    EXPECT_LE(file.bytes_read, 4096u);
  }
}

TEST(LargeObject, TheExtendedOffsetTableTellsAllFrames) {
  SparseFile file;
  write_large_object({.table = OffsetTable::extended}, file);
  ASSERT_GT(file.size(), kFourGib);
  auto const instance = dicom::read_instance(file.source());
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_LE(file.readings, 50u);
  EXPECT_LE(file.bytes_read, 20'000u);
  expect_frames(file, *instance, 1);
}

TEST(LargeObject, WithoutATableTheItemsAreRead) {
  SparseFile file;
  write_large_object({}, file);
  auto const instance = dicom::read_instance(file.source());
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_LE(file.readings, 80u) << "one for each item";
  EXPECT_LE(file.bytes_read, 20'000u);
  expect_frames(file, *instance, 1);
}

TEST(LargeObject, AnExtendedOffsetTableThatIsWrongIsNotBelieved) {
  SparseFile file;
  write_large_object({.table = OffsetTable::extended, .wrong_by = 2}, file);
  auto const instance = dicom::read_instance(file.source());
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_LE(file.bytes_read, 20'000u);
  expect_frames(file, *instance, 1);
}

TEST(LargeObject, ABasicOffsetTableBeginsAnewAtFourGib) {
  SparseFile file;
  write_large_object({.table = OffsetTable::basic, .split = true}, file);
  auto const instance = dicom::read_instance(file.source());
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_LE(file.bytes_read, 20'000u);
  expect_frames(file, *instance, 2);
}

TEST(LargeObject, FramesOfSeveralFragmentsAreToldApartByWhatTheyHold) {
  SparseFile file;
  write_large_object({.split = true}, file);
  auto const instance = dicom::read_instance(file.source());
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_LE(file.bytes_read, 6'000'000u) << "64 KiB of zeros at the end of the first of two";
  expect_frames(file, *instance, 2);
}

TEST(LargeObject, NativePixelsMayLieBeyondOtherLargeValues) {
  SparseFile file;
  DataSetBuilder header = picture_header({.number_of_frames = "500000000"});
  header.header(0x00291001, "OB", 0xFFFFFF00);
  file.add(part10(kExplicitLittleUid, header));
  file.add_zeros(0xFFFFFF00);
  DataSetBuilder pixels;
  file.add(pixels.header(0x7FE00010, "OB", 3'000'000'000).view());
  file.add_zeros(3'000'000'000);
  // 500 million frames of 6 bytes are more than any object may have
  EXPECT_EQ(dicom::read_instance(file.source()).error().code, Errc::limit_exceeded);

  SparseFile fewer;
  Picture const picture{.rows = 30'000, .cols = 10'000, .number_of_frames = "10"};
  header = picture_header(picture);
  header.header(0x00291001, "OB", 0xFFFFFF00);
  fewer.add(part10(kExplicitLittleUid, header));
  fewer.add_zeros(0xFFFFFF00);
  fewer.add(pixels.view());
  fewer.add_zeros(2'999'999'999);
  fewer.add(bytes_of({77}));
  auto const instance = dicom::read_instance(fewer.source());
  ASSERT_TRUE(instance) << instance.error().detail;
  ASSERT_EQ(instance->frames.size(), 10u);
  EXPECT_LE(fewer.bytes_read, 20'000u);
  auto const last = instance->frames[9].fragments.front();
  EXPECT_EQ(last.offset_bytes + last.length_bytes, fewer.size());
  std::byte end{};
  EXPECT_TRUE(fewer.read(last.offset_bytes + last.length_bytes - 1, std::span(&end, 1)));
  EXPECT_EQ(end, std::byte{77});
}

TEST(LargeObject, AttributesAndBulkValuesAreHadWithoutThePixels) {
  SparseFile file;
  write_large_object({.table = OffsetTable::extended}, file);
  auto const json = dicom::dicom_json(file.source(), {.bulk_prefix = "b"});
  ASSERT_TRUE(json) << json.error().detail;
  EXPECT_NE(json->find(R"("7FE00010":{"vr":"OB","BulkDataURI":"b/7FE00010"})"), std::string::npos);
  EXPECT_LE(file.bytes_read, 30'000u);
  auto const table = dicom::bulk_value(file.source(), "7FE00002");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->size(), 8u * LargeObject::kFrames);
}

TEST(LargeObject, WhatCannotBeReadIsAnErrorOfTheDisk) {
  SparseFile file;
  write_large_object({}, file);
  for (std::uint64_t const from : {std::uint64_t{0}, std::uint64_t{2000}, kFourGib}) {
    file.fails_from = from;
    EXPECT_EQ(dicom::read_instance(file.source()).error().code, Errc::io) << from;
    EXPECT_EQ(dicom::dicom_json(file.source(), {}).error().code, Errc::io) << from;
  }
  file.fails_from = UINT64_MAX;
  auto const instance = dicom::read_instance(file.source());
  file.fails_from = kFourGib;
  EXPECT_EQ(dicom::frame_bytes(file.source(), *instance, 69).error().code, Errc::io);
}

TEST(LargeObject, FilesAreBoundedAtSixtyFourGib) {
  SparseFile file;
  write_large_object({}, file);
  file.add_zeros(64ull << 30);
  EXPECT_EQ(dicom::read_instance(file.source()).error().code, Errc::limit_exceeded);
}

TEST(LargeObject, AttributesThatWouldFillTheMemoryAreRefused) {
  SparseFile file;
  DataSetBuilder header = picture_header();
  header.header(0x00281201, "OW", 0xFFFFFFF0);  // a palette
  file.add(part10(kExplicitLittleUid, header));
  file.add_zeros(5ull << 30);
  EXPECT_EQ(dicom::read_instance(file.source()).error().code, Errc::limit_exceeded);
  EXPECT_LE(file.bytes_read, 600'000'000u);
}

}  // namespace
}  // namespace sightline::dicom_test
