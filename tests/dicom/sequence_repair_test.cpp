// One broken sequence does not cost the file, and costs itself only where its items are broken.
// GDCM and pydicom read the first four of these alike.
#include "dicom/sequence_repair.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "dicom/dicom_json.hpp"

namespace sightline::dicom_test {
namespace {

constexpr std::uint32_t kSequence = 0x00081140, kUid = 0x00081150;
constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr char kWhole[] =
    R"("00081140":{"vr":"SQ","Value":[{"00081150":{"vr":"UI","Value":["1.2"]}}]})";
Bytes const kPixels = bytes_of({1, 2, 3, 4, 5, 6});

std::string text_of(Bytes const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

DataSetBuilder element(dicom::ElementEncoding encoding = kExplicitLittle) {
  return DataSetBuilder(encoding).text(kUid, "UI", "1.2");
}

/// The item's header and what it holds; `end`: delimiters behind.
std::string item(std::uint32_t length, DataSetBuilder const& content,
                 std::initializer_list<std::uint32_t> end = {}) {
  DataSetBuilder builder;
  builder.header(dicom::kItem, "", length).raw(text_of(content.view()));
  for (std::uint32_t const tag : end) builder.header(tag, "", 0);
  return text_of(builder.view());
}

std::uint32_t length_of(DataSetBuilder const& content) {
  return static_cast<std::uint32_t>(content.view().size());
}

/// A picture whose data set has the sequence before its Image Pixel Module.
Bytes file_with(std::string_view vr, std::uint32_t length, std::string const& items) {
  DataSetBuilder builder;
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").header(kSequence, vr, length);
  builder.raw(items).text(0x00100010, "PN", "Doe^Jane").words(0x00280002, "US", {1});
  builder.text(0x00280004, "CS", "MONOCHROME2").words(0x00280010, "US", {2});
  builder.words(0x00280011, "US", {3}).words(0x00280100, "US", {8});
  return part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", kPixels));
}

void expect_picture(Bytes const& file) {
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_EQ(instance->patient.name, "Doe^Jane");
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 0).value_or(Bytes{}), kPixels);
}

void expect_whole(Bytes const& file) {
  expect_picture(file);
  auto const json = dicom::dicom_json(file, {"bulk"});
  ASSERT_TRUE(json) << json.error().detail;
  EXPECT_TRUE(json->contains(kWhole)) << *json;
  EXPECT_TRUE(json->contains(R"("00100010":{"vr":"PN")")) << *json;
}

void expect_left_out(Bytes const& file) {
  expect_picture(file);
  auto const json = dicom::dicom_json(file, {"bulk"});
  ASSERT_TRUE(json) << json.error().detail;
  EXPECT_FALSE(json->contains(R"("Value":["1.2"])")) << *json;
  EXPECT_TRUE(json->contains(R"("00100010":{"vr":"PN")")) << *json;
}

TEST(SequenceRepair, ItemsInTheOtherEncodingAreRead) {
  auto const implicit = element(kImplicitLittle);
  expect_whole(file_with("SQ", length_of(implicit) + 8, item(length_of(implicit), implicit)));
  expect_whole(file_with("SQ", kUndefined,
                         item(kUndefined, implicit, {dicom::kItemEnd, dicom::kSequenceEnd})));
  DataSetBuilder builder = picture_header({}, kImplicitLittle);
  builder.header(0x00400275, "", length_of(element()) + 8)
      .raw(item(length_of(element()), element()));
  Bytes const file = part10(kImplicitLittleUid, builder.bytes(0x7FE00010, "OB", kPixels));
  expect_picture(file);
  EXPECT_TRUE(
      dicom::dicom_json(file, {"bulk"})->contains(R"({"00081150":{"vr":"UI","Value":["1.2"]}})"));
}

TEST(SequenceRepair, ExplicitVrThatBeginsWithASequenceInAnUnknownIsRead) {
  DataSetBuilder outer;
  outer.sequence(0x00081140, {element()}, true).text(0x0040A040, "CS", "CODE");
  Bytes const file =
      file_with("UN", kUndefined, item(kUndefined, outer, {dicom::kItemEnd, dicom::kSequenceEnd}));
  expect_whole(file);
}

TEST(SequenceRepair, DelimitersTooManyAreSkipped) {
  std::uint32_t const length = length_of(element());
  expect_whole(file_with("SQ", length + 16, item(length, element(), {dicom::kSequenceEnd})));
  expect_whole(
      file_with("SQ", length + 16, item(length + 8, element().header(dicom::kItemEnd, "", 0))));
  expect_whole(
      file_with("SQ", kUndefined, item(length, element(), {dicom::kItemEnd, dicom::kSequenceEnd})));
}

TEST(SequenceRepair, AWrongLengthIsThatOfTheItems) {
  std::uint32_t const length = length_of(element());
  expect_whole(file_with("SQ", length + 4, item(length, element())));
  expect_whole(file_with("SQ", length + 14, item(length, element())));
  expect_whole(file_with("SQ", kUndefined, item(length, element())));  // and no delimiter
}

TEST(SequenceRepair, ABrokenItemCostsTheSequenceAndNotTheFile) {
  for (std::uint32_t const length : {13u, 60u}) {
    SCOPED_TRACE(length);
    expect_left_out(file_with("SQ", kUndefined, item(length, element(), {dicom::kSequenceEnd})));
  }
  DataSetBuilder swapped;  // private sequences of a big-endian writer
  swapped.raw(std::string("\xFF\xFE\xE0\0\xFF\xFF\xFF\xFF\0\x08\x01\0\0\0\0\2ab", 18));
  swapped.raw(std::string("\xFF\xFE\xE0\x0D\0\0\0\0\xFF\xFE\xE0\xDD\0\0\0\0", 16));
  expect_left_out(file_with("SQ", kUndefined, text_of(swapped.view())));
}

TEST(SequenceRepair, WhatGoesOnNowhereIsRefused) {
  DataSetBuilder builder;
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").header(kSequence, "SQ", kUndefined);
  builder.raw(item(60, element())).raw(std::string(300, '\xEE'));
  auto const instance = dicom::read_instance(part10(kExplicitLittleUid, builder));
  ASSERT_FALSE(instance);
  EXPECT_EQ(instance.error().code, Errc::truncated);
}

}  // namespace
}  // namespace sightline::dicom_test
