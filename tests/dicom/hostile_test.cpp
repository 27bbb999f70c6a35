// Files made to hurt: each must be answered, quickly and without memory in proportion to what they
// claim.
#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

/// 1,000 sequences in each other, by defined lengths, in Implicit VR where only the content shows
/// that they are sequences.
Bytes deep_nesting(dicom::ElementEncoding encoding, std::uint32_t tag) {
  DataSetBuilder inner(encoding);
  for (int i = 0; i < 1000; ++i) {
    DataSetBuilder outer(encoding);
    outer.sequence(tag, {inner});
    inner = outer;
  }
  return inner.view();
}

TEST(Hostile, DeepNestingIsRefusedWhereItWouldBeParsed) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
    DataSetBuilder builder = picture_header({}, encoding);
    std::string text;
    for (std::byte const b : deep_nesting(encoding, 0x52009230)) text += static_cast<char>(b);
    char const* const syntax = encoding.big_endian    ? kExplicitBigUid
                               : encoding.explicit_vr ? kExplicitLittleUid
                                                      : kImplicitLittleUid;
    auto const instance = dicom::read_instance(part10(syntax, builder.raw(text)));
    ASSERT_FALSE(instance);
    EXPECT_EQ(instance.error().code, Errc::limit_exceeded);
  }
}

TEST(Hostile, AnElementOfThreeGigabytesIsNotAllocated) {
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, picture_header().header(0x00281201, "OW", 3'221'225'472u)));
  ASSERT_FALSE(instance);
  EXPECT_EQ(instance.error().code, Errc::truncated);
}

TEST(Hostile, AnElementOfThreeGigabytesInAnItemCostsOnlyItsSequence) {
  DataSetBuilder item;
  item.header(0x00283006, "OW", 3'221'225'472u);
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid,
             picture_header().sequence(0x00283010, {item}).bytes(0x7FE00010, "OB", Bytes(6))));
  ASSERT_TRUE(instance);
  EXPECT_TRUE(instance->display.front().voi_luts.empty());
}

TEST(Hostile, AMillionEmptyItemsAreRead) {  // linear, or ctest's time limit ends it
  DataSetBuilder items;
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += std::string("\xFE\xFF\x00\xE0\x00\x00\x00\x00", 8);
  DataSetBuilder builder = picture_header();
  builder.header(0x52009230, "SQ", static_cast<std::uint32_t>(text.size()))
      .raw(text)
      .bytes(0x7FE00010, "OB", Bytes(6));
  EXPECT_TRUE(dicom::read_instance(part10(kExplicitLittleUid, builder)));
}

TEST(Hostile, ALongValueIsCut) {
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, DataSetBuilder()
                                     .text(0x00080016, "UI", "1.2")
                                     .bytes(0x00081030, "UT", Bytes(200'000, std::byte{'A'}))));
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->study.study_description.size(), 65536u);
}

TEST(Hostile, SpansThatPointOutsideAreRefusedByFrameBytes) {
  Bytes const file(100);
  dicom::Instance instance;
  instance.transfer_syntax_uid = kJpegBaselineUid;
  instance.frames.resize(3);
  instance.frames[0].fragments = {{90, 11}};
  instance.frames[1].fragments = {{0xFFFFFFFFFFFFFFFF, 2}};
  EXPECT_EQ(dicom::frame_bytes(file, instance, 0).error().code, Errc::truncated);
  EXPECT_EQ(dicom::frame_bytes(file, instance, 1).error().code, Errc::corrupt);
  EXPECT_EQ(dicom::frame_bytes(file, instance, 2).error().code, Errc::truncated);
  EXPECT_EQ(dicom::frame_bytes(file, instance, 3).error().code, Errc::not_found);
}

}  // namespace
}  // namespace sightline::dicom_test
