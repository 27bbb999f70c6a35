#include "dicom/element_scanner.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "large_object.hpp"

namespace sightline::dicom_test {
namespace {

using dicom::ElementScanner;

ElementScanner scanner_of(DataSetBuilder const& builder,
                          dicom::ElementEncoding encoding = kExplicitLittle) {
  return ElementScanner(builder.view(), encoding, kDefaultLimits);
}

TEST(ElementScanner, ReadsTheThreeFormsOfAHeader) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
    DataSetBuilder builder(encoding);
    builder.text(0x00100010, "PN", "Doe^Jane").bytes(0x00109999, "OB", bytes_of({1, 2}));
    auto const scanner = scanner_of(builder, encoding);
    auto const name = scanner.header_at(0);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->tag, 0x00100010u);
    EXPECT_EQ(name->length_bytes, 8u);
    EXPECT_EQ(name->has_vr("PN"), encoding.explicit_vr);
    auto const end = scanner.value_end(*name);
    ASSERT_TRUE(end);
    auto const blob = scanner.header_at(*end);
    ASSERT_TRUE(blob);
    EXPECT_EQ(blob->tag, 0x00109999u);
    EXPECT_EQ(scanner.value_end(*blob).value_or(0), builder.view().size());
  }
}

TEST(ElementScanner, AValuePastTheEndIsTruncated) {
  DataSetBuilder builder;
  builder.header(0x00109999, "OB", 3'221'225'472u);
  auto const scanner = scanner_of(builder);
  auto const end = scanner.value_end(*scanner.header_at(0));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Errc::truncated);
}

TEST(ElementScanner, SkipsSequencesOfUndefinedLengthWithWhatIsInThem) {
  DataSetBuilder inner, item;
  inner.text(0x00080100, "SH", "A");
  item.sequence(0x0040A043, {inner, inner}, true)
      .fragments({}, {bytes_of({0xFE, 0xFF, 0x00, 0xE0})});
  DataSetBuilder builder;
  builder.sequence(0x0040A730, {item, item}, true);
  auto const scanner = scanner_of(builder);
  EXPECT_EQ(scanner.value_end(*scanner.header_at(0)).value_or(0), builder.view().size());
}

// A sequence of the other encoding at the begin of a file's part that is not in memory yet.
TEST(ElementScanner, ItemsInTheOtherEncodingAreFoundByRangesToo) {
  for (bool const is_explicit : {true, false}) {
    DataSetBuilder item(is_explicit ? kImplicitLittle : kExplicitLittle),
        builder(is_explicit ? kExplicitLittle : kImplicitLittle);
    item.text(0x00080100, "SH", "AB").text(0x00080102, "SH", "99");
    builder.sequence(0x0040A730, {item}, true);
    SparseFile file;
    Bytes const bytes(builder.view().begin(), builder.view().end());
    file.add(bytes);
    dicom::ElementEncoding const outer{is_explicit, false}, other{!is_explicit, false};
    ElementScanner const in_memory = scanner_of(builder, outer);
    auto const header = in_memory.header_at(0);
    ASSERT_TRUE(header);
    EXPECT_EQ(in_memory.encoding_inside(*header), other);
    EXPECT_EQ(ElementScanner(file.source(), outer, kDefaultLimits).encoding_inside(*header), other);
  }
}

TEST(ElementScanner, WhatIsInAnUnknownOfUndefinedLengthIsImplicit) {
  DataSetBuilder item(kImplicitLittle), content(kImplicitLittle), builder;
  item.text(0x00080100, "SH", "AB");
  content.sequence(0x0040A730, {item}, true);
  builder.header(0x0040A730, "UN", 0xFFFFFFFF);
  std::string text;
  for (std::size_t i = 8; i < content.view().size(); ++i)
    text += static_cast<char>(content.view()[i]);
  builder.raw(text);
  auto const scanner = scanner_of(builder);
  EXPECT_EQ(scanner.value_end(*scanner.header_at(0)).value_or(0), builder.view().size());
}

DataSetBuilder nested(int depth, bool undefined_length, dicom::ElementEncoding encoding) {
  DataSetBuilder builder(encoding);
  for (int i = 0; i < depth; ++i) {
    DataSetBuilder outer(encoding);
    outer.sequence(0x0040A730, {builder}, undefined_length);
    builder = outer;
  }
  return builder;
}

TEST(ElementScanner, NestingIsBoundedInEveryForm) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
    for (bool const undefined_length : {true, false}) {
      auto const allowed = nested(30, undefined_length, encoding),
                 refused = nested(40, undefined_length, encoding);
      EXPECT_TRUE(
          scanner_of(allowed, encoding).check_nesting(*scanner_of(allowed, encoding).header_at(0)));
      auto const status =
          scanner_of(refused, encoding).check_nesting(*scanner_of(refused, encoding).header_at(0));
      ASSERT_FALSE(status);
      EXPECT_EQ(status.error().code, Errc::limit_exceeded);
    }
  }
}

/// What is skipped has no limit that a file of people could reach, and no recursion.
TEST(ElementScanner, WhatIsSkippedMayBeNestedToAnyDepth) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
    for (bool const undefined_length : {true, false}) {
      DataSetBuilder const deep = nested(400, undefined_length, encoding);
      auto const scanner = scanner_of(deep, encoding);
      auto const header = *scanner.header_at(0);
      EXPECT_EQ(scanner.skipped_value_end(header).value_or(0), deep.view().size());
      Bytes const cut(deep.view().begin(), deep.view().end() - 5);
      dicom::ElementScanner const half(cut, encoding, kDefaultLimits);
      EXPECT_EQ(half.skipped_value_end(header).error().code, Errc::truncated);
    }
  }
  std::string openings;
  for (std::size_t i = 0; i < dicom::kMaxSkippedDepth; ++i)
    openings +=
        std::string("\x40\x00\x30\xA7SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 20);
  DataSetBuilder hostile;
  hostile.raw(openings);
  auto const scanner = scanner_of(hostile);
  EXPECT_EQ(scanner.skipped_value_end(*scanner.header_at(0)).error().code, Errc::limit_exceeded);
}

TEST(ElementScanner, AnItemLargerThanItsSequenceIsFound) {
  DataSetBuilder builder;
  builder.header(0x0040A730, "SQ", 8).header(dicom::kItem, "", 100).raw(std::string(100, 'x'));
  auto const scanner = scanner_of(builder);
  auto const status = scanner.check_nesting(*scanner.header_at(0));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::truncated);
}

}  // namespace
}  // namespace sightline::dicom_test
