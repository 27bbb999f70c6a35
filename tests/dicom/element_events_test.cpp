#include "dicom/element_events.hpp"

#include <gtest/gtest.h>

#include <string>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

using dicom::ElementEvent;
using dicom::EventKind;
using dicom::EventReader;
using dicom::EventScan;
using Outcome = EventScan::Outcome;

EventScan scan(Bytes const& bytes, dicom::ElementEncoding encoding = kExplicitLittle,
               dicom::EventStop const& stop = {}) {
  EventReader reader(encoding, kDefaultLimits);
  return reader.read({bytes, 0, bytes.size()}, 0, stop);
}
EventKind kind_of(ElementEvent const& event) {
  return static_cast<EventKind>(event.form >> 16 & 0xFF);
}
std::string vr_of(ElementEvent const& event) {
  return {static_cast<char>(event.form & 0xFF), static_cast<char>(event.form >> 8 & 0xFF)};
}

DataSetBuilder referenced() {
  DataSetBuilder item;
  item.text(0x00081150, "UI", "1.2.3");
  DataSetBuilder builder;
  builder.text(0x00080060, "CS", "MR").sequence(0x00081140, {item, item}, true);
  builder.words(0x00280010, "US", {5});
  return builder;
}

TEST(ElementEvents, ASequenceSaysWhereItEnds) {
  auto const result = scan(referenced().view());
  ASSERT_EQ(result.outcome, Outcome::done);
  ASSERT_EQ(result.events.size(), 7u);
  EXPECT_EQ(kind_of(result.events[1]), EventKind::sequence);
  EXPECT_EQ(result.events[1].extra[0], 6u);
  EXPECT_EQ(result.events[1].extra[1], 2u);
  EXPECT_EQ(kind_of(result.events[2]), EventKind::item);
  EXPECT_EQ(result.events[2].extra[0], 4u);
  EXPECT_EQ(kind_of(result.events[6]), EventKind::numbers);
  EXPECT_EQ(result.text, std::string("MR") + std::string("1.2.3\0", 6) + std::string("1.2.3\0", 6));
}

TEST(ElementEvents, AfterARestartNothingOfTheLastObjectIsLeft) {
  DataSetBuilder first(kImplicitLittle);
  first.text(0x00080005, "CS", "ISO_IR 144").words(0x00280103, "US", {1});
  DataSetBuilder second(kImplicitLittle);
  second.text(0x00100010, "PN", "\xE9").words(0x00280106, "SS", {1});
  EventReader reader(kImplicitLittle, kDefaultLimits);
  Bytes const bytes = first.view(), others = second.view();
  ASSERT_EQ(reader.read({bytes, 0, bytes.size()}, 0, {}).outcome, Outcome::done);
  for (int round = 0; round < 2; ++round) {
    reader.restart(kImplicitLittle);
    auto const result = reader.read({others, 0, others.size()}, 0, {});
    ASSERT_EQ(result.events.size(), 2u);
    EXPECT_EQ(result.text, "\xC3\xA9 ");  // ISO 8859-1, not Cyrillic
    EXPECT_EQ(vr_of(result.events[1]), "US");
  }
  reader.restart(kImplicitLittle);
  EXPECT_EQ(reader.read({bytes, 0, bytes.size()}, 0, {}).events.size(), 2u);
  auto const cyrillic = reader.read({others, 0, others.size()}, 0, {});
  EXPECT_EQ(cyrillic.text,
            "\xD1\x89 ");  // the character set once more, by the tables that are there
  EXPECT_EQ(vr_of(cyrillic.events[1]), "SS");
}

/// PS3.3 C.12.1.1.2: items without a character set of their own have that of what holds them.
TEST(ElementEvents, TextIsUtf8AndCountedInUtf16) {
  DataSetBuilder item;
  item.text(0x00100010, "PN", "\xE9");
  DataSetBuilder builder;
  builder.text(0x00080005, "CS", "ISO_IR 100").sequence(0x00081140, {item});
  builder.text(0x00204000, "LT", "\xFC!");
  auto const result = scan(builder.view());
  ASSERT_EQ(result.outcome, Outcome::done);
  ElementEvent const& name = result.events[3];
  EXPECT_EQ(name.extra[1] - name.extra[0], 2u);  // with the padding
  EXPECT_TRUE(result.text.contains("\xC3\xA9")) << result.text;
  EXPECT_EQ(result.text_units, 10u + 2u + 2u);
}

TEST(ElementEvents, UsOrSsGoesByPixelRepresentation) {
  for (std::uint16_t const is_signed : std::vector<std::uint16_t>{0, 1}) {
    DataSetBuilder builder(kImplicitLittle);
    builder.words(0x00280103, "US", {is_signed}).words(0x00280106, "SS", {1});
    auto const result = scan(builder.view(), kImplicitLittle);
    ASSERT_EQ(result.events.size(), 2u);
    EXPECT_EQ(vr_of(result.events[1]), is_signed == 1 ? "SS" : "US");
  }
}

TEST(ElementEvents, EndsAtATag) {
  auto const before = scan(referenced().view(), kExplicitLittle, {0x00081140, false, false});
  EXPECT_EQ(before.outcome, Outcome::stopped);
  EXPECT_EQ(before.events.size(), 1u);
  auto const behind = scan(referenced().view(), kExplicitLittle, {0x00081140, true, false});
  EXPECT_EQ(behind.outcome, Outcome::stopped);
  EXPECT_EQ(behind.events.size(), 6u);
  auto const greater = scan(referenced().view(), kExplicitLittle, {0x00090000, false, true});
  EXPECT_EQ(greater.outcome, Outcome::stopped);
  EXPECT_EQ(greater.events.size(), 6u);
}

/// Whatever the window, what is read is the same: only bulk values need not be in it.
TEST(ElementEvents, WindowsGiveTheSameAsTheWhole) {
  DataSetBuilder builder = referenced();
  builder.bytes(0x00420011, "OB", Bytes(1000));
  builder.text(0x00420012, "LO", "x");
  Bytes const& bytes = builder.view();
  auto const whole = scan(bytes);
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    EventReader reader(kExplicitLittle, kDefaultLimits);
    std::vector<std::uint32_t> tags;
    std::uint64_t offset = 0;
    std::size_t window = size;
    while (offset < bytes.size()) {
      std::size_t const there = std::min<std::size_t>(window, bytes.size() - offset);
      auto const part = std::span(bytes).subspan(static_cast<std::size_t>(offset), there);
      auto const result = reader.read({part, offset, bytes.size()}, offset, {});
      ASSERT_NE(result.outcome, Outcome::broken) << size << " " << result.error.detail;
      for (ElementEvent const& event : result.events) tags.push_back(event.tag);
      if (result.outcome == Outcome::done) break;
      window = result.next_offset == offset ? 2 * window : size;
      offset = result.next_offset;
    }
    ASSERT_EQ(tags.size(), whole.events.size()) << size;
    for (std::size_t i = 0; i < tags.size(); ++i) EXPECT_EQ(tags[i], whole.events[i].tag);
  }
}

TEST(ElementEvents, FragmentsOfTheDataSetAreLeftToTheCaller) {
  DataSetBuilder builder;
  builder.fragments({0}, {bytes_of({1, 2})});
  auto const result = scan(builder.view());
  EXPECT_EQ(result.outcome, Outcome::at_fragments);
  EXPECT_EQ(result.next_offset, 12u);
  ASSERT_EQ(result.events.size(), 1u);
  EXPECT_EQ(kind_of(result.events[0]), EventKind::fragments);
}

TEST(ElementEvents, WhatIsBrokenEndsTheListBeforeIt) {
  DataSetBuilder builder = referenced();
  builder.header(0x00400275, "SQ", 500).raw("....");
  auto const result = scan(builder.view());
  EXPECT_EQ(result.outcome, Outcome::broken);
  EXPECT_EQ(result.error.code, Errc::truncated);
  EXPECT_EQ(result.events.size(), 7u);
  EXPECT_EQ(result.text.size(), 14u);
}

TEST(ElementEvents, TheElementsOfALevelAreBounded) {
  DataSetBuilder builder;
  for (std::uint32_t i = 0; i < 100'001; ++i) builder.words(0x00280010, "US", {});
  EXPECT_EQ(scan(builder.view()).error.code, Errc::limit_exceeded);
}

TEST(ElementEvents, NestingIsBounded) {
  DataSetBuilder builder;
  builder.text(0x00081150, "UI", "1");
  for (int depth = 0; depth < 40; ++depth) {
    DataSetBuilder outer;
    outer.sequence(0x00081140, {builder});
    builder = outer;
  }
  EXPECT_EQ(scan(builder.view()).error.code, Errc::limit_exceeded);
}

}  // namespace
}  // namespace sightline::dicom_test
