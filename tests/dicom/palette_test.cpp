#include "dicom/palette.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

using Units = std::vector<std::uint16_t>;

std::optional<Units> expand(Units const& units, std::uint32_t entries, bool bytes = false) {
  return dicom::expand_segments(units, bytes, entries);
}

TEST(SegmentedPalette, DiscreteSegmentsAreCopied) {
  EXPECT_EQ(expand({0, 3, 10, 20, 30}, 3), (Units{10, 20, 30}));
}

TEST(SegmentedPalette, LinearSegmentsGoFromTheLastEntryInEqualSteps) {
  // PS3.3 C.7.9.2.2: after 0, four entries up to 100: 25 50 75 100; then two down to 0: 50 0.
  EXPECT_EQ(expand({0, 1, 0, 1, 4, 100, 1, 2, 0}, 7), (Units{0, 25, 50, 75, 100, 50, 0}));
}

TEST(SegmentedPalette, IndirectSegmentsRepeatThoseAtTheirByteOffset) {
  // Segments begin at words 0, 4 and 7; the last repeats two segments from byte 0.
  EXPECT_EQ(expand({0, 2, 5, 6, 1, 2, 10, 2, 2, 0, 0}, 8), (Units{5, 6, 8, 10, 5, 6, 8, 10}));
}

TEST(SegmentedPalette, IndirectSegmentsOfBytesHaveAFourByteOffset) {
  EXPECT_EQ(expand({0, 2, 5, 6, 2, 1, 0, 0, 0, 0}, 4, true), (Units{5, 6, 5, 6}));
}

TEST(SegmentedPalette, DamageIsFound) {
  EXPECT_FALSE(expand({0, 9, 1, 2}, 9)) << "a discrete segment longer than the data";
  EXPECT_FALSE(expand({1, 4, 100}, 4)) << "nothing before a linear segment";
  EXPECT_FALSE(expand({0, 1, 7, 3, 1, 1}, 9)) << "a reserved opcode";
  EXPECT_FALSE(expand({0, 1, 7, 2, 1, 6, 0}, 9)) << "an indirect segment that points at itself";
  EXPECT_FALSE(expand({0, 1, 7, 2, 1, 0xFFFF, 0xFFFF}, 9)) << "an offset past the end";
}

TEST(SegmentedPalette, NothingGrowsPastTheStatedSize) {
  EXPECT_EQ(expand({0, 1, 7, 1, 65535, 9}, 4)->size(), 4u);
  EXPECT_EQ(expand({0, 1, 7, 1, 65535, 9, 2, 65535, 6, 0}, 65536)->size(), 65536u);
}

TEST(Palette, ReadsPlainAndSegmentedTables) {
  Picture const picture{.photometric = "PALETTE COLOR"};
  DataSetBuilder plain = picture_header(picture), segmented = plain;
  for (std::uint32_t i = 0; i < 3; ++i) {
    plain.words(0x00281101 + i, "US", {4, 0, 16});
    segmented.words(0x00281101 + i, "US", {4, 0, 16});
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    plain.words(0x00281201 + i, "OW", {static_cast<std::uint16_t>(i), 100, 200, 65535});
    segmented.words(
        0x00281221 + i, "OW",
        {0, 1, static_cast<std::uint16_t>(i), 1, 3, static_cast<std::uint16_t>(300 + i)});
  }
  auto const first =
      dicom::read_instance(part10(kExplicitLittleUid, plain.bytes(0x7FE00010, "OB", Bytes(6))));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->unshowable_reason, "");
  EXPECT_EQ(first->palette[2]->entries, (Units{2, 100, 200, 65535}));
  auto const second =
      dicom::read_instance(part10(kExplicitLittleUid, segmented.bytes(0x7FE00010, "OB", Bytes(6))));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->palette[0]->entries, (Units{0, 100, 200, 300}));
}

/// The palette of a picture whose tables are these values of one form: descriptors of three numbers
/// (an empty one is left out), data elements from `data_tag` on.
std::array<std::optional<dicom::Lut>, 3> palette_of(std::array<Units, 3> const& descriptors,
                                                    std::uint32_t data_tag,
                                                    std::array<Units, 3> const& data) {
  DataSetBuilder builder = picture_header({.photometric = "PALETTE COLOR"});
  for (std::uint32_t i = 0; i < 3; ++i)
    if (!descriptors[i].empty()) builder.words(0x00281101 + i, "US", descriptors[i]);
  for (std::uint32_t i = 0; i < 3 && data_tag == 0x00281221; ++i)
    builder.words(0x00281201 + i, "OW", {});
  for (std::uint32_t i = 0; i < 3; ++i) builder.words(data_tag + i, "OW", data[i]);
  auto const instance =
      dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(6))));
  EXPECT_TRUE(instance);
  EXPECT_EQ(instance->unshowable_reason, "");
  return instance->palette;
}

constexpr std::uint32_t kPlain = 0x00281201, kSegmented = 0x00281221;

TEST(Palette, AllTablesHaveTheBitsOfTheOneThatNeedsMost) {
  Units const eight{2, 0, 8}, sixteen{2, 0, 16};
  auto const wide = palette_of({eight, eight, eight}, kPlain, {{{0, 65535}, {9, 9}, {0, 200}}});
  for (auto const& lut : wide) EXPECT_EQ(lut->bits_per_entry, 16);
  auto const narrow = palette_of({sixteen, sixteen, sixteen}, kPlain, {{{0, 255}, {9, 9}, {0, 0}}});
  for (auto const& lut : narrow) EXPECT_EQ(lut->bits_per_entry, 8);
}

TEST(Palette, ADescriptorThatIsMissingIsThatOfTheTableBefore) {
  auto const palette = palette_of({{{2, 7, 16}, {}, {}}}, kPlain, {{{1, 2}, {3, 4}, {5, 60000}}});
  EXPECT_EQ(palette[2]->first_mapped, 7);
  EXPECT_EQ(palette[2]->entries, (Units{5, 60000}));
}

TEST(Palette, SegmentsMayBeOfTheOtherWidthOrEndEarlyAndPlainTablesBesideThemBeEmpty) {
  auto const all = [](Units const& units) { return std::array{units, units, units}; };
  Units const words{0, 1, 10, 1, 3, 40}, bytes{0x0100, 0x010A, 0x2803}, expanded{10, 20, 30, 40};
  EXPECT_EQ(palette_of(all({4, 0, 16}), kSegmented, all(words))[0]->entries, expanded);
  EXPECT_EQ(palette_of(all({4, 0, 8}), kSegmented, all(bytes))[0]->entries, expanded);
  EXPECT_EQ(palette_of(all({4, 0, 8}), kSegmented, all(words))[0]->entries, expanded);
  EXPECT_EQ(palette_of(all({4, 0, 16}), kSegmented, all(bytes))[0]->entries, expanded);
  EXPECT_EQ(palette_of(all({6, 0, 16}), kSegmented, all(words))[0]->entries, expanded);
}

/// PS3.3 C.7.6.19: grey pictures have colours when they say that they are shown so.
TEST(Palette, ASupplementalOneIsReadOnlyWhereItIsMeant) {
  for (char const* const presentation : {"COLOR", "MIXED", "MONOCHROME", ""}) {
    DataSetBuilder builder = picture_header({.rows = 2, .cols = 2});
    builder.text(0x00089205, "CS", presentation);
    for (std::uint32_t const tag : {0x00281101u, 0x00281102u, 0x00281103u})
      builder.bytes(tag, "US", bytes_of({2, 0, 100, 0, 16, 0}));
    for (std::uint32_t const tag : {0x00281201u, 0x00281202u, 0x00281203u})
      builder.bytes(tag, "OW", bytes_of({1, 2, 3, 4}));
    auto const instance =
        dicom::read_instance(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(4))));
    ASSERT_TRUE(instance);
    bool const is_meant = *presentation == 'C' || std::string_view(presentation) == "MIXED";
    EXPECT_EQ(instance->palette[0].has_value(), is_meant) << presentation;
    if (is_meant) {
      EXPECT_EQ(instance->palette[2]->first_mapped, 100);
    }
  }
}

}  // namespace
}  // namespace sightline::dicom_test
