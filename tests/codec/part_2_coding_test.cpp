// What our own decoder does not plan: OpenJPEG decodes the components, the transforms over them are
// undone over its numbers. What must come out is the picture that went into OpenJPEG's encoder.
#include "codec/part_2_library.hpp"

#include <gtest/gtest.h>

#include "base/frame_mark.hpp"
#include "damaged_j2k.hpp"
#include "part_2_frames.hpp"
#include "part_2_writer.hpp"

namespace sightline::test {
namespace {

Part2Options sums_and_offsets(std::size_t count, double offset = 100) {
  std::vector<unsigned> all;
  for (unsigned i = 0; i < count; ++i) all.push_back(i);
  return {.arrays = {{1, 1, 0, sums(count)}, {1, 2, 0, std::vector<double>(count, offset)}},
          .stages = {{{.inputs = all, .outputs = all, .offset = 1}}},
          .depths = std::vector<std::uint8_t>(count, 7)};
}

/// Codestreams of four components in ways that the plan refuses, and with a region of interest.
std::vector<Bytes> unplanned(std::vector<std::vector<std::int32_t>> const& components,
                             unsigned bits, bool is_signed) {
  auto const encode = [&](J2kOptions const& options) {
    return encode_components(components, bits, options, is_signed);
  };
  Bytes const marked = encode({.tile_size = 24, .sop = true, .eph = true});
  return {encode({.changes_progression = true}), encode({.roi_shift = 12}),
          with_packed_headers(marked, false), with_packed_headers(marked, true)};
}

TEST(Part2Library, MixedComponentsOfAnyCoding) {
  auto const frames = make_frames(4, 8);
  for (Bytes const& coded : unplanned(differences(frames), 10, true)) {
    expect_frames(frames, with_part_2(coded, sums_and_offsets(4)));
  }
}

TEST(Part2Library, UnsignedComponentsAreMixedWithoutTheirLevel) {
  auto const frames = make_frames(4, 8);
  auto coded = differences(frames);
  for (auto& component : coded)
    for (std::int32_t& value : component) value += 512;
  for (Bytes const& stream : unplanned(coded, 10, false))
    expect_frames(frames, with_part_2(stream, sums_and_offsets(4)));
}

TEST(Part2Library, PlainComponentsOfAnyCoding) {
  auto const frames = make_frames(4, 8);
  std::vector<std::vector<std::int32_t>> values;
  for (Picture const& frame : frames) values.push_back(frame.values);
  for (Bytes const& coded : unplanned(values, 8, false)) expect_frames(frames, coded);
}

TEST(Part2Library, ReducedFramesAreThoseOfThePlan) {
  auto const frames = make_frames(4, 8);
  auto const coded = differences(frames);
  Bytes const plain =
      mark_frame(with_part_2(encode_components(coded, 10, {}), sums_and_offsets(4)), 2);
  Bytes const changed = mark_frame(
      with_part_2(encode_components(coded, 10, {.changes_progression = true}), sums_and_offsets(4)),
      2);
  auto one = request_for(frames[2], codec::Encoding::j2k, plain);
  auto other = request_for(frames[2], codec::Encoding::j2k, changed);
  one.discard_levels = other.discard_levels = 2;
  auto const expected = codec::decode_frame(one), frame = codec::decode_frame(other);
  ASSERT_TRUE(expected && frame);
  EXPECT_EQ(frame->block.bytes, expected->block.bytes);
}

constexpr std::uint32_t kTile = 24;  // two by two of them
unsigned tile_of(std::size_t pixel) {
  return static_cast<unsigned>(pixel / kCols / kTile * 2 + pixel % kCols / kTile);
}

/// Tile 0 by the main header, tile 1 by a matrix and offsets of its own, tile 2 by an order of its
/// own over the main header's stage, tile 3 not at all where COD says so.
void expect_tiles(bool has_plain_tile) {
  auto const frames = make_frames(3, 8);
  auto coded = differences(frames);
  for (std::size_t f = 0; f < 3; ++f) {
    for (std::size_t i = 0; i < coded[f].size(); ++i) {
      if (tile_of(i) == 1) coded[f][i] = frames[2 - f].values[i] - 50;
      if (tile_of(i) == 3 && has_plain_tile) coded[f][i] = frames[f].values[i];
    }
  }
  auto own = sums_and_offsets(3, 50);
  own.arrays[0] = {1, 1, 2, {0, 0, 1, 0, 1, 0, 1, 0, 0}};
  Bytes stream =
      with_part_2(encode_components(coded, 10, {.tile_size = kTile}), sums_and_offsets(3));
  stream = with_tile_part_2(stream, 1, own);
  stream = with_tile_part_2(stream, 2, {.stages = sums_and_offsets(3).stages});
  if (has_plain_tile) stream = with_tile_part_2(stream, 3, {.announced = 0});
  expect_frames(frames, stream);
}
TEST(Part2Library, TilesMayHaveTransformsOfTheirOwn) {
  expect_tiles(false);
  expect_tiles(true);
}

TEST(Part2Library, WhatIsCutOrBrokenIsTheBestThereIs) {
  auto const frames = make_frames(3, 8);
  Bytes const stream =
      mark_frame(with_part_2(encode_components(differences(frames), 10, {.tile_size = kTile}),
                             sums_and_offsets(3)),
                 1);
  Bytes const cut(stream.begin(), stream.end() - 400);
  auto const frame = decode(frames[1], cut, false);
  ASSERT_TRUE(frame) << frame.error().detail;
  ASSERT_TRUE(frame->missing);
  EXPECT_EQ(frame->missing->code, Errc::truncated);
  EXPECT_EQ(frame->missing->step, "");
  Bytes const whole = block_bytes(frames[1]);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (tile_of(i) < 2) {
      ASSERT_EQ(frame->block.bytes[i], whole[i]) << i;
    }
  }
}

/// Cut at any byte, a component is what it is in the picture of all of them.
TEST(Part2Library, CutFramesAreComponentsOfTheCutPicture) {
  auto const frames = make_frames(3, 8);
  Picture const all = as_components(frames);
  for (int const progression : {0, 4}) {
    Bytes const stream = encode_j2k(all, {.tile_size = 24, .progression = progression});
    std::size_t given = 0;
    for (std::size_t size = stream.size() / 4; size + 2 < stream.size(); size += 211) {
      Bytes const cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
      auto const whole = damaged_values(all, cut);
      ASSERT_TRUE(whole);
      for (std::uint32_t f = 0; f < frames.size(); ++f) {
        auto const frame = decode(frames[f], mark_frame(cut, f), false);
        if (!frame) continue;  // nothing of it is there
        ++given;
        EXPECT_TRUE(frame->missing);
        for (std::size_t i = 0; i < frames[f].values.size(); ++i)
          ASSERT_EQ(std::to_integer<int>(frame->block.bytes[i]), whole->values[3 * i + f]) << size;
      }
    }
    EXPECT_GT(given, 10u);
  }
}

TEST(Part2Library, FramesOfAJp2FileAreThose) {
  auto const frames = make_frames(3, 8);
  Picture const colour = as_components(frames);
  Bytes stream = encode_j2k(colour, {.jp2 = true});
  for (std::size_t i = 0; i + 7 < stream.size(); ++i) {
    if (stream[i] != std::byte{0xff} || stream[i + 1] != std::byte{0x4f}) continue;
    stream[i + 6] = std::byte{0x80};  // Rsiz
    break;
  }
  auto const frame = decode(colour, stream, false);
  ASSERT_TRUE(frame) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(colour));
}

}  // namespace
}  // namespace sightline::test
