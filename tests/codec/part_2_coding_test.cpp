// Components of Part 2 that are coded in whatever way Part 1 has, and what they are mixed to. What
// must come out is the picture that went into OpenJPEG's encoder, or what OpenJPEG makes of them.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/frame_mark.hpp"
#include "damaged_j2k.hpp"
#include "j2k_patches.hpp"
#include "part_2_frames.hpp"
#include "part_2_writer.hpp"
#include "stream_joiner.hpp"

namespace sightline::test {
namespace {

Part2Options sums_and_offsets(std::size_t count, double offset = 100) {
  std::vector<unsigned> all;
  for (unsigned i = 0; i < count; ++i) all.push_back(i);
  return {.arrays = {{1, 1, 0, sums(count)}, {1, 2, 0, std::vector<double>(count, offset)}},
          .stages = {{{.inputs = all, .outputs = all, .offset = 1}}},
          .depths = std::vector<std::uint8_t>(count, 7)};
}

/// Codestreams of four components with POC, PPT, PPM, and a region of interest.
std::vector<Bytes> coded_in_all_ways(std::vector<std::vector<std::int32_t>> const& components,
                                     unsigned bits, bool is_signed) {
  auto const encode = [&](J2kOptions const& options) {
    return encode_components(components, bits, options, is_signed);
  };
  Bytes const marked = encode({.tile_size = 24, .sop = true, .eph = true});
  return {encode({.changes_progression = true}), encode({.roi_shift = 12}),
          with_packed_headers(marked, false), with_packed_headers(marked, true)};
}

TEST(Part2Coding, MixedComponentsOfAnyCoding) {
  auto const frames = make_frames(4, 8);
  for (Bytes const& coded : coded_in_all_ways(differences(frames), 10, true)) {
    expect_frames(frames, with_part_2(coded, sums_and_offsets(4)));
  }
}

TEST(Part2Coding, UnsignedComponentsAreMixedWithoutTheirLevel) {
  auto const frames = make_frames(4, 8);
  auto coded = differences(frames);
  for (auto& component : coded)
    for (std::int32_t& value : component) value += 512;
  for (Bytes const& stream : coded_in_all_ways(coded, 10, false))
    expect_frames(frames, with_part_2(stream, sums_and_offsets(4)));
}

TEST(Part2Coding, PlainComponentsOfAnyCoding) {
  auto const frames = make_frames(4, 8);
  std::vector<std::vector<std::int32_t>> values;
  for (Picture const& frame : frames) values.push_back(frame.values);
  for (Bytes const& coded : coded_in_all_ways(values, 8, false)) expect_frames(frames, coded);
}

TEST(Part2Coding, ReducedFramesAreThoseOfThePlan) {
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
TEST(Part2Coding, TilesMayHaveTransformsOfTheirOwn) {
  expect_tiles(false);
  expect_tiles(true);
}

TEST(Part2Coding, WhatIsCutOrBrokenIsTheBestThereIs) {
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
TEST(Part2Coding, CutFramesAreComponentsOfTheCutPicture) {
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

TEST(Part2Coding, FramesOfAJp2FileAreThose) {
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

void expect_as_openjpeg(Picture const& picture, Bytes const& stream) {
  auto const ours = decode(picture, stream, false), theirs = decode(picture, stream, true);
  ASSERT_TRUE(ours) << ours.error().detail;
  ASSERT_TRUE(theirs) << theirs.error().detail;
  EXPECT_FALSE(ours->missing);
  EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
}

TEST(Part2Coding, ComponentsOfBothWaveletsInOneTile) {
  auto const frames = make_frames(3, 12);
  std::vector const streams = {
      encode_j2k(as_components(frames), {.tile_size = 24}),
      encode_j2k(as_components(frames), {.is_reversible = false, .tile_size = 24, .rate = 4})};
  Bytes const stream = joined(streams, {.main = {{0, 1, 0}}, .tiles = {{{1, 0, 0}}, {{1, 1, 0}}}});
  for (std::uint32_t f = 0; f < 3; ++f) expect_as_openjpeg(frames[f], mark_frame(stream, f));
}

/// The reals of 9/7 are not rounded before they are added up.
TEST(Part2Coding, MatricesOverBothWavelets) {
  auto const frames = make_frames(3, 8);
  auto const coded = differences(frames);
  std::vector const streams = {encode_components(coded, 10),
                               encode_components(coded, 10, {.is_reversible = false, .rate = 1})};
  Bytes const stream = with_part_2(joined(streams, {.main = {{0, 1, 0}}}), sums_and_offsets(3));
  for (std::uint32_t f = 0; f < 3; ++f) {
    auto const frame = decode(frames[f], mark_frame(stream, f), false);
    ASSERT_TRUE(frame) << frame.error().detail;
    EXPECT_FALSE(frame->missing);
    for (std::size_t i = 0; i < frames[f].values.size(); ++i)
      ASSERT_LE(std::abs(std::to_integer<int>(frame->block.bytes[i]) - frames[f].values[i]),
                f == 0 ? 0 : 1)
          << f << ' ' << i;
  }
}

/// G.2 asks for one depth; each has its own level and range all the same.
TEST(Part2Coding, ColourTransformsOverComponentsOfOtherDepths) {
  auto const frames = make_frames(4, 8);
  for (bool const is_reversible : {true, false}) {
    Bytes stream = encode_j2k(
        as_components(frames),
        {.is_reversible = is_reversible, .uses_mct = true, .rate = is_reversible ? 0.0f : 2.0f});
    std::size_t const depths = segment_offset(stream, 0xff51) + 40;
    stream[depths + 3] = std::byte{0x86};  // 7 bits, signed
    stream[depths + 6] = std::byte{0x08};  // 9 bits
    auto wide = frames;
    for (Picture& each : wide) each.format.bits_allocated = each.format.bits_stored = 16;
    for (Picture& each : wide) each.format.high_bit = 15;
    for (std::uint32_t f = 0; f < 4; ++f) expect_as_openjpeg(wide[f], mark_frame(stream, f));
  }
}

TEST(Part2Coding, ComponentsOfMoreThan16Bits) {
  for (bool const is_reversible : {true, false}) {
    auto const frames = make_frames(3, 20, true);
    Bytes const stream = encode_j2k(as_components(frames), {.is_reversible = is_reversible,
                                                            .rate = is_reversible ? 0.0f : 2.0f});
    for (unsigned const bits : {20u, 29u, 31u}) {
      auto deep = frames;
      for (Picture& each : deep) each.format.bits_stored = static_cast<std::uint16_t>(bits);
      for (Picture& each : deep) each.format.high_bit = static_cast<std::uint16_t>(bits - 1);
      for (std::uint32_t f = 0; f < 3; ++f)
        expect_as_openjpeg(deep[f], mark_frame(with_depth(stream, bits, true), f));
    }
  }
}

}  // namespace
}  // namespace sightline::test
