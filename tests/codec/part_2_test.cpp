// Multi-component codestreams of OpenJPEG, and of Part 1 streams with the segments of Part 2
// written into them; what must come out is the picture that went in.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/frame_mark.hpp"
#include "codec/frame_decoder.hpp"
#include "j2k_encoder.hpp"
#include "part_2_writer.hpp"
#include "picture.hpp"

namespace sightline::test {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kRows = 37, kCols = 45;

/// Frames that resemble each other, as slices do.
std::vector<Picture> make_frames(std::size_t count, unsigned bits, bool is_signed = false) {
  std::vector<Picture> frames(count, make_picture(kRows, kCols, 1, bits, is_signed));
  std::int32_t const low = is_signed ? -(1 << (bits - 1)) : 0, high = low + (1 << bits) - 1;
  for (std::size_t f = 0; f < count; ++f)
    for (std::size_t i = 0; i < frames[f].values.size(); ++i)
      frames[f].values[i] = std::clamp(
          frames[f].values[i] + static_cast<std::int32_t>((i * (f + 1)) % 7 + f), low, high);
  return frames;
}

/// One picture whose samples are the frames.
Picture as_components(std::vector<Picture> const& frames) {
  Picture all = frames.front();
  all.format.samples_per_pixel = static_cast<std::uint16_t>(frames.size());
  all.values.clear();
  for (std::size_t i = 0; i < frames.front().values.size(); ++i)
    for (Picture const& frame : frames) all.values.push_back(frame.values[i]);
  return all;
}

/// Components of these values, coded as signed numbers of `bits`, to which no level is added.
Bytes encode_components(std::vector<std::vector<std::int32_t>> const& components, unsigned bits,
                        J2kOptions const& options = {}) {
  Picture all = make_picture(kRows, kCols, 1, 8, true);
  all.format.samples_per_pixel = static_cast<std::uint16_t>(components.size());
  all.format.bits_stored = static_cast<std::uint16_t>(bits);
  all.values.clear();
  for (std::size_t i = 0; i < components.front().size(); ++i)
    for (auto const& component : components) all.values.push_back(component[i]);
  return encode_j2k(all, options);
}

Result<codec::DecodedFrame> decode(Picture const& picture, Bytes const& stream, bool by_library) {
  auto request = request_for(picture, codec::Encoding::j2k, stream);
  request.by_library = by_library;
  return codec::decode_frame(request);
}

void expect_frames(std::vector<Picture> const& frames, Bytes const& stream) {
  for (bool const by_library : {false, true}) {
    for (std::uint32_t f = 0; f < frames.size(); ++f) {
      auto const frame = decode(frames[f], mark_frame(stream, f), by_library);
      ASSERT_TRUE(frame) << f << ' ' << frame.error().detail;
      EXPECT_FALSE(frame->missing);
      EXPECT_EQ(frame->block.bytes, block_bytes(frames[f])) << f;
    }
  }
}

Error error_of(Picture const& picture, Bytes const& stream) {
  auto const frame = decode(picture, stream, false);
  return frame ? Error{} : frame.error();
}

/// Each frame but the first as its difference from the one before, about 100.
std::vector<std::vector<std::int32_t>> differences(std::vector<Picture> const& frames) {
  std::vector<std::vector<std::int32_t>> coded;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    auto& component = coded.emplace_back(frames[f].values);
    for (std::size_t i = 0; i < component.size(); ++i)
      component[i] -= f == 0 ? 100 : frames[f - 1].values[i];
  }
  return coded;
}
std::vector<double> sums(std::size_t count) {
  std::vector<double> matrix;
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t col = 0; col < count; ++col) matrix.push_back(col <= row ? 1 : 0);
  return matrix;
}

TEST(Part2, EachComponentIsAFrame) {
  for (auto const& [bits, is_signed] : {std::pair{12u, false}, {16u, true}, {8u, false}}) {
    auto const frames = make_frames(5, bits, is_signed);
    for (J2kOptions const& options : {J2kOptions{}, J2kOptions{.tile_size = 16},
                                      J2kOptions{.layers = 3}, J2kOptions{.progression = 4}})
      expect_frames(frames, encode_j2k(as_components(frames), options));
  }
}

TEST(Part2, MoreComponentsThanPart1PicturesHave) {
  auto const frames = make_frames(40, 8);
  expect_frames(frames, encode_j2k(as_components(frames), {}));
}

TEST(Part2, ReducedFramesAreThose) {
  auto const frames = make_frames(3, 12);
  Bytes const stream = encode_j2k(as_components(frames), {});
  for (std::uint32_t f = 0; f < 3; ++f) {
    Bytes const alone = encode_j2k(frames[f], {}), marked = mark_frame(stream, f);
    auto one = request_for(frames[f], codec::Encoding::j2k, alone);
    auto of_many = request_for(frames[f], codec::Encoding::j2k, marked);
    one.discard_levels = of_many.discard_levels = 2;
    auto const expected = codec::decode_frame(one), frame = codec::decode_frame(of_many);
    ASSERT_TRUE(expected && frame);
    EXPECT_EQ(frame->block.bytes, expected->block.bytes);
  }
}

TEST(Part2, WhichFrameIsMeantMustBeSaid) {
  auto const frames = make_frames(3, 8);
  Bytes const stream = encode_j2k(as_components(frames), {});
  EXPECT_EQ(error_of(frames[0], with_part_2(stream, {.announced = 0, .has_order = false})).code,
            Errc::unsupported);
  EXPECT_EQ(error_of(frames[0], mark_frame(stream, 3)).code, Errc::corrupt);
  Picture colour = frames[0];
  colour.format.samples_per_pixel = 3;
  EXPECT_EQ(error_of(colour, mark_frame(stream, 0)).code, Errc::unsupported);
  Bytes const mixed = encode_j2k(as_components(frames), {.uses_mct = true});
  EXPECT_EQ(error_of(frames[0], mark_frame(mixed, 0)).code, Errc::unsupported);
}

void expect_near(Picture const& picture, codec::DecodedFrame const& frame, int most) {
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    int const value = std::to_integer<int>(frame.block.bytes[2 * i]) |
                      std::to_integer<int>(frame.block.bytes[2 * i + 1]) << 8;
    ASSERT_LE(std::abs(value - picture.values[i]), most) << i;
  }
}

/// Its encoder multiplies the bits of floats: only a matrix of one 1 in each row comes out right.
TEST(Part2, OpenJpegsMatricesAreUndone) {
  std::vector<float> const matrix = {0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0};
  auto const frames = make_frames(4, 12);
  for (int const tile_size : {0, 20}) {
    Bytes const stream =
        encode_j2k(as_components(frames), {.is_reversible = false,
                                           .tile_size = tile_size,
                                           .component_matrix = matrix,
                                           .component_offsets = {2048, 2048, 2048, 2048},
                                           .rate = 1});
    ASSERT_FALSE(stream.empty());
    for (std::uint32_t f = 0; f < 4; ++f) {
      auto const frame = decode(frames[f], mark_frame(stream, f), false);
      ASSERT_TRUE(frame) << frame.error().detail;
      expect_near(frames[f], *frame, 1);
    }
  }
}

TEST(Part2, RealMatricesOverIrreversibleComponents) {
  // A Walsh-Hadamard transform: the same in both directions.
  std::vector<double> const matrix = {.5, .5, .5,  .5,  .5, -.5, .5,  -.5,
                                      .5, .5, -.5, -.5, .5, -.5, -.5, .5};
  std::vector<double> const offsets = {2048, 2000, 1900, 2100};
  auto const frames = make_frames(4, 12);
  std::vector<std::vector<std::int32_t>> coded(4);
  for (std::size_t i = 0; i < frames[0].values.size(); ++i) {
    for (std::size_t row = 0; row < 4; ++row) {
      double sum = 0;
      for (std::size_t f = 0; f < 4; ++f)
        sum += matrix[4 * row + f] * (frames[f].values[i] - offsets[f]);
      coded[row].push_back(static_cast<std::int32_t>(std::lround(sum)));
    }
  }
  Bytes const stream =
      with_part_2(encode_components(coded, 14, {.is_reversible = false, .rate = 1}),
                  {.arrays = {{1, 1, 3, matrix}, {1, 2, 2, offsets}},
                   .stages = {{{.inputs = {0, 1, 2, 3}, .outputs = {0, 1, 2, 3}, .offset = 1}}},
                   .depths = {11, 11, 11, 11}});
  for (std::uint32_t f = 0; f < 4; ++f) {
    auto const frame = decode(frames[f], mark_frame(stream, f), false);
    ASSERT_TRUE(frame) << frame.error().detail;
    expect_near(frames[f], *frame, 2);
  }
}

TEST(Part2, ColourOfOneFrameIsUnmixed) {
  Picture const picture = make_picture(kRows, kCols, 3, 8, false);
  std::vector<std::vector<std::int32_t>> coded(3);
  for (std::size_t i = 0; i < picture.values.size(); i += 3) {
    std::int32_t const red = picture.values[i], green = picture.values[i + 1];
    coded[0].push_back(green - 128);
    coded[1].push_back(red - green);
    coded[2].push_back(picture.values[i + 2] - green);
  }
  Bytes const stream =
      with_part_2(encode_components(coded, 10),
                  {.arrays = {{.kind = 0, .values = {1, 1, 0, 1, 0, 0, 1, 0, 1}},
                              {.index = 1, .type = 2, .kind = 1, .values = {128, 128, 128}}},
                   .stages = {{{.inputs = {0, 1, 2}, .outputs = {0, 1, 2}, .offset = 1}}},
                   .depths = {7, 7, 7}});
  auto const frame = decode(picture, stream, false);
  ASSERT_TRUE(frame) << frame.error().detail;
  EXPECT_TRUE(frame->block_is_rgb);
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

TEST(Part2, EveryKindOfArrayIsRead) {
  auto const frames = make_frames(5, 8);
  Bytes const coded = encode_components(differences(frames), 10);
  std::vector<std::uint8_t> const depths(5, 7);
  for (unsigned kind = 0; kind < 4; ++kind) {
    for (unsigned const parts : {1u, 3u}) {
      for (bool const is_wide : {false, true}) {
        Part2Collection const collection{.inputs = {0, 1, 2, 3, 4},
                                         .outputs = {0, 1, 2, 3, 4},
                                         .array = 7,
                                         .offset = 7,
                                         .is_wide = is_wide};
        expect_frames(
            frames, with_part_2(coded, {.arrays = {{7, 1, kind, sums(5), parts},
                                                   {7, 2, kind, {100, 100, 100, 100, 100}, parts}},
                                        .stages = {{collection}},
                                        .depths = depths}));
      }
    }
  }
}

TEST(Part2, DependenciesAreUndone) {
  auto const frames = make_frames(4, 8);
  // Rows below the diagonal: each frame is its difference and the frame before.
  Part2Collection const collection{
      .type = 0, .inputs = {0, 1, 2, 3}, .outputs = {0, 1, 2, 3}, .offset = 2};
  expect_frames(frames,
                with_part_2(encode_components(differences(frames), 10),
                            {.arrays = {{1, 0, 2, {1, 0, 1, 0, 0, 1}}, {2, 2, 0, {100, 0, 0, 0}}},
                             .stages = {{collection}},
                             .depths = {7, 7, 7, 7}}));
}

TEST(Part2, StagesFollowEachOtherAndCollectionsChoose) {
  auto const frames = make_frames(4, 8);
  // First stage: components 1 and 0 swapped, 3 and 2 scaled; second: sums of pairs.
  std::vector<std::vector<std::int32_t>> coded(4, frames[0].values);
  for (std::size_t i = 0; i < coded[0].size(); ++i) {
    coded[1][i] = frames[0].values[i];
    coded[0][i] = frames[1].values[i] - frames[0].values[i];
    coded[2][i] = 2 * frames[2].values[i];
    coded[3][i] = 2 * (frames[3].values[i] - frames[2].values[i]);
  }
  expect_frames(frames,
                with_part_2(encode_components(coded, 11),
                            {.arrays = {{1, 1, 2, {.5, 0, 0, .5}}, {2, 1, 0, {1, 0, 1, 1}}},
                             .stages = {{{.inputs = {1, 0}, .outputs = {0, 1}, .array = 0},
                                         {.inputs = {2, 3}, .outputs = {3, 2}, .array = 1}},
                                        {{.inputs = {3, 2}, .outputs = {2, 3}, .array = 2},
                                         {.inputs = {0, 1}, .outputs = {0, 1}, .array = 2}}},
                             .depths = {7, 7, 7, 7}}));
}

TEST(Part2, ValuesOutsideTheirDepthAreClipped) {
  std::vector<std::int32_t> const coded(std::size_t{kRows} * kCols, 100);
  Bytes const stream = with_part_2(
      encode_components({coded}, 10),
      {.arrays = {{1, 1, 2, {3}}}, .stages = {{{.inputs = {0}, .outputs = {0}}}}, .depths = {7}});
  auto const frame = decode(make_picture(kRows, kCols, 1, 8, false), stream, false);
  ASSERT_TRUE(frame) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, Bytes(coded.size(), std::byte{255}));
}

TEST(Part2, WhatCannotBeUndoneIsRefused) {
  auto const frames = make_frames(2, 8);
  Bytes const coded = encode_components(differences(frames), 10);
  Part2Collection const good{.inputs = {0, 1}, .outputs = {0, 1}};
  Part2Options const base{
      .arrays = {{1, 1, 2, {1, 0, 1, 1}}}, .stages = {{good}}, .depths = {7, 7}};
  auto const code_of = [&](Part2Options const& options) {
    return error_of(frames[0], mark_frame(with_part_2(coded, options), 0)).code;
  };
  EXPECT_EQ(code_of(base), Errc::ok);
  auto changed = base;
  changed.stages[0][0].is_reversible = true;
  EXPECT_EQ(code_of(changed), Errc::unsupported);
  changed = base;
  changed.stages[0][0].type = 3;
  EXPECT_EQ(code_of(changed), Errc::unsupported);
  changed = base;
  changed.has_order = false;
  EXPECT_EQ(code_of(changed), Errc::unsupported);
  changed = base;
  changed.announced = 0;
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed = base;
  changed.announced = 3;
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed = base;
  changed.arrays[0].values.push_back(1);
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed = base;
  changed.stages[0][0].array = 2;
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed = base;
  changed.stages[0][0].outputs = {0, 2};
  EXPECT_EQ(code_of(changed), Errc::unsupported);
  changed.stages[0][0].outputs = {1, 1};
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed = base;
  changed.stages[0][0].inputs = {0, 2};
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed = base;
  changed.depths = {7, 7, 7};
  EXPECT_EQ(code_of(changed), Errc::corrupt);
  changed.depths = {11, 11};
  EXPECT_EQ(code_of(changed), Errc::corrupt) << "deeper than bits allocated";
}

TEST(Part2, MixedComponentsMayHaveLayers) {
  auto const frames = make_frames(2, 8);
  Part2Options const mixed{.arrays = {{1, 1, 0, sums(2)}, {1, 2, 2, {100, 100}}},
                           .stages = {{{.inputs = {0, 1}, .outputs = {0, 1}, .offset = 1}}},
                           .depths = {7, 7}};
  expect_frames(frames,
                with_part_2(encode_components(differences(frames), 10, {.layers = 2}), mixed));
}

TEST(Part2, EveryChangedByteIsAPictureOrAnError) {
  auto const frames = make_frames(3, 8);
  Bytes const stream = mark_frame(
      with_part_2(encode_components(differences(frames), 10),
                  {.arrays = {{1, 1, 0, sums(3)}, {1, 2, 2, {100, 100, 100}}},
                   .stages = {{{.inputs = {0, 1, 2}, .outputs = {0, 1, 2}, .offset = 1}}},
                   .depths = {7, 7, 7}}),
      1);
  for (std::size_t at = 0; at < std::min<std::size_t>(stream.size(), 400); ++at) {
    for (int const value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      Bytes changed = stream;
      changed[at] = static_cast<std::byte>(value);
      (void)decode(frames[1], changed, false);
    }
  }
  for (std::size_t size = 0; size < stream.size(); size += 7)
    (void)decode(frames[1],
                 Bytes(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size)), false);
}

}  // namespace
}  // namespace sightline::test
