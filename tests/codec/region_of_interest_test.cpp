// Regions of interest (RGN) of Part 1: against OpenJPEG, and against the picture that was coded.
#include "codec/region_of_interest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/j2k_decoder.hpp"
#include "damaged_j2k.hpp"
#include "j2k_encoder.hpp"
#include "j2k_patches.hpp"
#include "part_2_writer.hpp"

namespace sightline::codec {
namespace {

using test::J2kOptions;
using test::Picture;
using Bytes = std::vector<std::byte>;

Bytes rgn(unsigned component, unsigned shift, unsigned style = 0) {
  return {static_cast<std::byte>(component), static_cast<std::byte>(style),
          static_cast<std::byte>(shift)};
}

Result<DecodedFrame> ours_of(Picture const& picture, Bytes const& bytes, unsigned level = 0) {
  auto request = test::request_for(picture, Encoding::j2k, bytes);
  request.discard_levels = level;
  auto const plan = plan_htj2k(bytes, true, level);
  EXPECT_TRUE(plan.has_value()) << "refused: " << static_cast<int>(plan.error());
  return decode_htj2k(request, kDefaultLimits);
}

/// Ours takes it, and gives what OpenJPEG gives.
void expect_equal(Picture const& picture, Bytes const& bytes, unsigned levels = 1) {
  for (unsigned level = 0; level < levels; ++level) {
    auto request = test::request_for(picture, Encoding::j2k, bytes);
    request.discard_levels = level;
    auto const ours = ours_of(picture, bytes, level);
    auto const theirs = decode_j2k(request, kDefaultLimits);
    ASSERT_TRUE(ours && theirs) << level;
    EXPECT_FALSE(ours->missing || theirs->missing);
    EXPECT_EQ(ours->block.bytes, theirs->block.bytes) << "level " << level;
  }
}

void expect_picture(Picture const& picture, Bytes const& bytes) {
  auto const ours = ours_of(picture, bytes);
  ASSERT_TRUE(ours.has_value());
  EXPECT_FALSE(ours->missing);
  EXPECT_EQ(ours->block.bytes, test::block_bytes(picture));
}

/// OpenJPEG's encoder shifts all of a component.
TEST(RegionOfInterest, WholeComponentsAreOpenJpegs) {
  auto const picture = test::make_picture(67, 83, 3, 8, false);
  for (bool const is_reversible : {true, false}) {
    for (int const layers : {1, 3}) {
      J2kOptions options{.is_reversible = is_reversible, .layers = layers, .roi_shift = 11};
      options.uses_mct = true;
      expect_equal(picture, test::encode_j2k(picture, options), 4);
      options.tile_size = 40;
      options.block_style = 0x3e;  // all but bypass, which OpenJPEG begins too late
      expect_equal(picture, test::encode_j2k(picture, options));
    }
  }
}

TEST(RegionOfInterest, EveryStyleOfCodeBlocksIsLossless) {
  auto const picture = test::make_picture(61, 70, 3, 8, true);
  for (int style = 0; style < 64; ++style) {
    SCOPED_TRACE(style);
    expect_picture(picture,
                   test::encode_j2k(picture, {.layers = 2, .block_style = style, .roi_shift = 13}));
  }
}

/// One level of 5/3 in one direction, whole-sample symmetric. `sign` -1 undoes it.
/// Source: ISO/IEC 15444-1 F.3.8, F.4.8.
void lift(std::vector<std::int32_t>& line, int sign) {
  auto const last = static_cast<std::ptrdiff_t>(line.size()) - 1;
  auto const at = [&](std::ptrdiff_t i) -> std::int32_t& {
    i = std::abs(i);
    return line[static_cast<std::size_t>(i > last ? 2 * last - i : i)];
  };
  for (int step = 0; step < 2; ++step) {
    bool const is_high = (step == 0) == (sign > 0);
    for (std::ptrdiff_t i = is_high ? 1 : 0; i <= last; i += 2)
      at(i) += is_high ? -sign * ((at(i - 1) + at(i + 1)) >> 1)
                       : sign * ((at(i - 1) + at(i + 1) + 2) >> 2);
  }
}

void transform(Picture& picture, int sign) {
  std::size_t const rows = picture.rows(), cols = picture.cols();
  auto const go = [&](bool is_column) {
    std::size_t const lines = is_column ? cols : rows, count = is_column ? rows : cols;
    std::size_t const line_step = is_column ? 1 : cols, step = is_column ? cols : 1;
    std::vector<std::int32_t> line(count);
    for (std::size_t n = 0; n < lines; ++n) {
      for (std::size_t i = 0; i < count; ++i) line[i] = picture.values[n * line_step + i * step];
      lift(line, sign);
      for (std::size_t i = 0; i < count; ++i) picture.values[n * line_step + i * step] = line[i];
    }
  };
  go(sign > 0);
  go(sign < 0);
}

/// A stream in which some coefficients of the picture are shifted: a picture that has them so is
/// coded, and then said to be another.
Bytes shifted_stream(Picture const& picture, unsigned shift, J2kOptions const& options) {
  Picture scaled = picture;
  scaled.format = test::make_picture(1, 1, 1, 24, true).format;
  scaled.format.rows = picture.rows();
  scaled.format.cols = picture.cols();
  if (options.resolutions == 2) transform(scaled, 1);
  for (std::size_t i = 0; i < scaled.values.size(); ++i) {
    std::size_t const row = i / picture.cols(), col = i % picture.cols();
    if (row > 10 && row < 40 && col > 20 && col < 60) scaled.values[i] *= 1 << shift;
  }
  if (options.resolutions == 2) transform(scaled, -1);
  auto const bytes = test::with_planes(test::encode_j2k(scaled, options), -static_cast<int>(shift));
  return test::with_segment(test::with_depth(bytes, picture.format.bits_stored, true), marker::kRgn,
                            rgn(0, shift));
}

TEST(RegionOfInterest, BackgroundAndForegroundAreWhatWasCoded) {
  auto const picture = test::make_picture(67, 83, 1, 8, true);
  for (int const resolutions : {1, 2}) {
    for (int const layers : {1, 4}) {
      J2kOptions const options{.resolutions = resolutions, .layers = layers, .block_size = 16};
      auto const bytes = shifted_stream(picture, 11, options);
      expect_picture(picture, bytes);
      expect_equal(picture, bytes);
      auto request = test::request_for(picture, Encoding::j2k, bytes);
      request.region = FrameRegion{15, 5, 30, 20};
      auto const part = decode_htj2k(request, kDefaultLimits);
      ASSERT_TRUE(part.has_value());
      for (std::size_t row = 0; row < 20; ++row)
        for (std::size_t col = 0; col < 30; ++col)
          EXPECT_EQ(part->block.bytes[row * 30 + col],
                    test::block_bytes(picture)[(row + 5) * 83 + col + 15]);
    }
  }
}

/// H.1: of interest is what has one of the upper planes. OpenJPEG takes a background that uses all
/// of its own planes for it.
TEST(RegionOfInterest, ABackgroundMayUseAllOfItsPlanes) {
  auto const picture = test::make_picture(67, 83, 1, 12, true);  // down to -2^11
  auto const bytes = shifted_stream(picture, 11, {.resolutions = 1});
  Picture no_ends = picture;
  no_ends.values.front() = -2047;
  expect_picture(no_ends, shifted_stream(no_ends, 11, {.resolutions = 1}));
  auto const ours = ours_of(picture, bytes);
  ASSERT_TRUE(ours.has_value());
  EXPECT_EQ(ours->block.bytes[0], std::byte{0xff}) << "-2^11 is taken for a shifted -1";
}

TEST(RegionOfInterest, IrreversibleMixtures) {
  Picture picture = test::make_picture(67, 83, 1, 16, true);
  // The step is 1: the background has at most 2^7, what is of interest at least 2^13.
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    std::int32_t& value = picture.values[i];
    value = i % 7 < 4 ? value / 256 : value / 2 + (value < 0 ? -8192 : 8192);
  }
  for (float const rate : {1.0f, 4.0f, 20.0f}) {
    auto const bytes =
        test::encode_j2k(picture, {.is_reversible = false, .resolutions = 1, .rate = rate});
    expect_equal(picture,
                 test::with_segment(test::with_planes(bytes, -10), marker::kRgn, rgn(0, 10)));
  }
}

/// A.6.3: what a tile says goes before what the main header says.
TEST(RegionOfInterest, TilesHaveTheirOwn) {
  auto const picture = test::make_picture(67, 83, 3, 8, false);
  auto const bytes = test::encode_j2k(picture, {.tile_size = 50, .roi_shift = 11});
  std::size_t const at = test::segment_offset(bytes, marker::kRgn);
  Bytes moved = bytes;
  for (unsigned tile = 0; tile < 4; ++tile)
    moved = test::with_tile_segment(moved, tile, marker::kRgn, rgn(1, 11));
  moved[at + 6] = std::byte{5};
  expect_picture(picture, moved);
  expect_equal(picture, moved, 2);
  moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(at),
              moved.begin() + static_cast<std::ptrdiff_t>(at) + 7);
  expect_picture(picture, moved);
}

TEST(RegionOfInterest, WhatIsOutOfRangeIsRefused) {
  auto const picture = test::make_picture(40, 50, 1, 8, false);
  auto const bytes = test::encode_j2k(picture, {});
  auto const refusal = [&](Bytes const& stream) {
    auto const plan = plan_htj2k(stream, true, 0);
    EXPECT_FALSE(plan.has_value());
    return plan ? HtRefusal{} : plan.error();
  };
  for (Bytes const& body : {rgn(1, 11), rgn(0, 31), Bytes{std::byte{0}},
                            Bytes{std::byte{0}, std::byte{0}, std::byte{3}, std::byte{0}}}) {
    EXPECT_EQ(refusal(test::with_segment(bytes, marker::kRgn, body)), HtRefusal::region);
    EXPECT_EQ(refusal(test::with_tile_segment(bytes, 0, marker::kRgn, body)), HtRefusal::region);
  }
}

TEST(RegionOfInterest, MoreThan30PlanesAreRefused) {
  auto const picture = test::make_picture(40, 50, 3, 16, false);
  auto const bytes = test::encode_j2k(picture, {.roi_shift = 20});
  auto const plan = plan_htj2k(bytes, true, 0);
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error(), HtRefusal::depth);
  auto const frame = decode_htj2k(test::request_for(picture, Encoding::j2k, bytes), kDefaultLimits);
  EXPECT_FALSE(frame.has_value());
}

TEST(RegionOfInterest, CutsAndChangedBytesGiveWhatOpenJpegGives) {
  auto const picture = test::make_picture(61, 70, 3, 8, false);
  auto const good = test::encode_j2k(picture, {.layers = 2, .roi_shift = 11});
  test::expect_damage_as_openjpeg(picture, good, 307);
}

}  // namespace
}  // namespace sightline::codec
