// Overlay planes of synthetic data sets. Bits are laid out by hand after PS3.5 8.2 and annex D: the
// first pixel in the lowest bit of the first byte, rows without gaps.
#include "dicom/overlay_plane.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

std::uint32_t tag(std::uint16_t group, std::uint32_t element) {
  return std::uint32_t{group} << 16 | element;
}

struct Plane {
  std::uint16_t group = 0x6000, rows = 2, cols = 3, bits_allocated = 1, bit_position = 0;
  std::string frames = {}, type = "G";
  std::vector<std::uint16_t> origin = {1, 1}, image_frame_origin = {};
};

DataSetBuilder& add(DataSetBuilder& builder, Plane const& plane) {
  std::uint16_t const g = plane.group;
  builder.words(tag(g, 0x10), "US", {plane.rows}).words(tag(g, 0x11), "US", {plane.cols});
  if (!plane.frames.empty()) builder.text(tag(g, 0x15), "IS", plane.frames);
  builder.text(tag(g, 0x40), "CS", plane.type).words(tag(g, 0x50), "SS", plane.origin);
  if (!plane.image_frame_origin.empty())
    builder.words(tag(g, 0x51), "US", plane.image_frame_origin);
  return builder.words(tag(g, 0x100), "US", {plane.bits_allocated})
      .words(tag(g, 0x102), "US", {plane.bit_position});
}

Bytes file_with(Plane const& plane, Bytes const& bits, Bytes const& pixels = Bytes(6),
                Picture const& picture = {}) {
  DataSetBuilder builder = picture_header(picture);
  add(builder, plane);
  if (!bits.empty()) builder.bytes(tag(plane.group, 0x3000), "OW", bits);
  return part10(kExplicitLittleUid,
                builder.bytes(0x7FE00010, picture.bits_allocated > 8 ? "OW" : "OB", pixels));
}

std::vector<dicom::OverlayPlane> planes_of(Bytes const& file) {
  auto const instance = dicom::read_instance(file);
  EXPECT_TRUE(instance) << instance.error().detail;
  return instance ? instance->overlays : std::vector<dicom::OverlayPlane>{};
}

TEST(OverlayPlane, IsDescribed) {
  auto const planes = planes_of(
      file_with({.group = 0x601E, .type = "R", .origin = {0xFFFD, 2}}, bytes_of({0b00101101, 0})));
  ASSERT_EQ(planes.size(), 1u);
  EXPECT_EQ(planes[0].group, 0x601E);
  EXPECT_EQ(planes[0].rows, 2);
  EXPECT_EQ(planes[0].cols, 3);
  EXPECT_EQ(planes[0].origin_row, -3);
  EXPECT_EQ(planes[0].origin_col, 2);
  EXPECT_TRUE(planes[0].is_roi);
  EXPECT_EQ(planes[0].number_of_frames, 1u);
  EXPECT_EQ(planes[0].image_frame_origin, 0u) << "one frame without an origin lies over each";
}

TEST(OverlayPlane, BitsOfOneFrameEndWithIt) {
  auto const bits = dicom::overlay_bits(file_with({}, bytes_of({0b11101101, 0xFF})), 0x6000, 0);
  ASSERT_TRUE(bits);
  EXPECT_EQ(*bits, bytes_of({0b00101101}));
}

TEST(OverlayPlane, FramesFollowOneAnotherWithoutGaps) {
  // Six bits each: 101101, 010011, 111000, lowest first.
  Bytes const data = bytes_of({0b11101101, 0b10000100, 0b00000011, 0});
  Plane const plane{.frames = "3", .image_frame_origin = {2}};
  auto const planes = planes_of(file_with(plane, data));
  ASSERT_EQ(planes.size(), 1u);
  EXPECT_EQ(planes[0].number_of_frames, 3u);
  EXPECT_EQ(planes[0].image_frame_origin, 2u);
  EXPECT_EQ(dicom::overlay_bits(file_with(plane, data), 0x6000, 0), bytes_of({0b101101}));
  EXPECT_EQ(dicom::overlay_bits(file_with(plane, data), 0x6000, 1), bytes_of({0b010011}));
  EXPECT_EQ(dicom::overlay_bits(file_with(plane, data), 0x6000, 2), bytes_of({0b111000}));
  auto const beyond = dicom::overlay_bits(file_with(plane, data), 0x6000, 3);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::not_found);
}

TEST(OverlayPlane, FramesThatAreStatedAndNotThereAreNotCounted) {
  EXPECT_EQ(planes_of(file_with({.frames = "1000000"}, Bytes(4)))[0].number_of_frames, 5u);
}

TEST(OverlayPlane, WithoutBitsOrSizeThereIsNone) {
  EXPECT_TRUE(planes_of(file_with({}, {})).empty());
  EXPECT_TRUE(planes_of(file_with({.rows = 0}, Bytes(4))).empty());
  EXPECT_TRUE(planes_of(file_with({.rows = 65535, .cols = 65535}, Bytes(4))).empty())
      << "more rows than there are bits for";
  EXPECT_TRUE(planes_of(file_with({.rows = 100, .cols = 100}, Bytes(4))).empty());
}

TEST(OverlayPlane, AllSixteenGroupsAreReadAndNoOther) {
  DataSetBuilder builder = picture_header();
  for (unsigned group = 0x6000; group <= 0x6022; ++group) {
    add(builder, {.group = static_cast<std::uint16_t>(group)});
    builder.bytes(tag(static_cast<std::uint16_t>(group), 0x3000), "OW", Bytes(2));
  }
  auto const planes =
      planes_of(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(6))));
  ASSERT_EQ(planes.size(), 16u);
  EXPECT_EQ(planes.back().group, 0x601E);
}

TEST(OverlayPlane, WordsOfBigEndianHoldTheirBytesTheOtherWayRound) {
  // Two rows of eight: 0x01 and 0x80 in the order of pixels.
  DataSetBuilder builder = picture_header({}, kExplicitBig);
  add(builder, {.rows = 2, .cols = 8});
  builder.bytes(0x60003000, "OW", bytes_of({0x80, 0x01})).bytes(0x7FE00010, "OB", Bytes(6));
  EXPECT_EQ(dicom::overlay_bits(part10(kExplicitBigUid, builder), 0x6000, 0),
            bytes_of({0x01, 0x80}));
}

TEST(OverlayPlane, UnusedBitsOfPixelDataAreTakenFrameByFrame) {
  Picture const picture{.rows = 1,
                        .cols = 3,
                        .bits_allocated = 16,
                        .bits_stored = 12,
                        .high_bit = 11,
                        .number_of_frames = "2"};
  Plane const plane{.rows = 1, .cols = 3, .bits_allocated = 16, .bit_position = 15};
  // Stored values 0xFFF, 0, 1 with bit 15 set in the first and third; then in the second.
  Bytes const pixels = bytes_of({0xFF, 0x8F, 0, 0, 1, 0x80, 0, 0x70, 0, 0x80, 0, 0});
  auto const file = file_with(plane, {}, pixels, picture);
  auto const planes = planes_of(file);
  ASSERT_EQ(planes.size(), 1u);
  EXPECT_TRUE(planes[0].is_embedded());
  EXPECT_EQ(planes[0].number_of_frames, 2u);
  EXPECT_EQ(planes[0].image_frame_origin, 1u);
  EXPECT_EQ(dicom::overlay_bits(file, 0x6000, 0), bytes_of({0b101}));
  EXPECT_EQ(dicom::overlay_bits(file, 0x6000, 1), bytes_of({0b010}));
}

TEST(OverlayPlane, ABitOfTheStoredValuesIsNoOverlay) {
  Picture const picture{
      .rows = 1, .cols = 3, .bits_allocated = 16, .bits_stored = 12, .high_bit = 11};
  EXPECT_TRUE(planes_of(file_with({.rows = 1, .cols = 3, .bits_allocated = 16, .bit_position = 11},
                                  {}, Bytes(6), picture))
                  .empty());
  EXPECT_TRUE(planes_of(file_with({.rows = 1, .cols = 3, .bits_allocated = 16, .bit_position = 16},
                                  {}, Bytes(6), picture))
                  .empty());
}

TEST(OverlayPlane, OwnBitsWinOverStatedOnes) {
  auto const planes = planes_of(file_with({.bits_allocated = 16, .bit_position = 15}, Bytes(2)));
  ASSERT_EQ(planes.size(), 1u);
  EXPECT_FALSE(planes[0].is_embedded());
}

}  // namespace
}  // namespace sightline::dicom_test
