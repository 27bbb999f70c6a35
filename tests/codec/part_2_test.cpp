// Multi-component codestreams of OpenJPEG, and of Part 1 streams with the segments of Part 2
// written into them; what must come out is the picture that went in.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/frame_mark.hpp"
#include "codec/frame_decoder.hpp"
#include "j2k_encoder.hpp"
#include "part_2_frames.hpp"
#include "part_2_writer.hpp"
#include "picture.hpp"
#include "stream_joiner.hpp"

namespace sightline::test {
namespace {

Error error_of(Picture const& picture, Bytes const& stream) {
  auto const frame = decode(picture, stream, false);
  return frame ? Error{} : frame.error();
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

TEST(Part2, FramesAndTilesHaveParametersOfTheirOwn) {
  auto const frames = make_frames(3, 12);
  std::vector const streams = {
      encode_j2k(as_components(frames), {.tile_size = 16}),
      encode_j2k(as_components(frames), {.resolutions = 2, .tile_size = 16, .block_size = 8})};
  expect_frames(frames, joined(streams, {.main = {{0, 1, 0}}}));
  expect_frames(frames,
                joined(streams, {.main = {{0, 0, 0}}, .tiles = {{{1, 0, 1}}, {{1, 1, 1}}}}));
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
  EXPECT_EQ(error_of(colour, mark_frame(stream, 1)).code, Errc::corrupt);
}

/// By OpenJPEG over the first three components, whatever they are.
TEST(Part2, ReversibleColourTransformsOverFramesAreUndone) {
  for (std::size_t const count : {3u, 5u}) {
    auto const frames = make_frames(count, 12);
    for (J2kOptions const& options :
         {J2kOptions{.uses_mct = true}, J2kOptions{.tile_size = 16, .layers = 2, .uses_mct = true}})
      expect_frames(frames, encode_j2k(as_components(frames), options));
  }
}

/// Components of several frames of colour lie as samples do: one frame after the other.
TEST(Part2, FramesOfColourFollowEachOther) {
  auto const planes = make_frames(6, 8);
  for (bool const uses_mct : {false, true}) {
    Bytes const stream = encode_j2k(as_components(planes), {.uses_mct = uses_mct});
    std::vector<Picture> frames;
    for (std::size_t f = 0; f < 2; ++f) {
      frames.push_back(as_components({planes[3 * f], planes[3 * f + 1], planes[3 * f + 2]}));
      frames.back().format.photometric = Photometric::ybr_full;
    }
    expect_frames(frames, stream);
    EXPECT_EQ(decode(frames[0], mark_frame(stream, 0), false)->block_is_rgb, uses_mct);
    EXPECT_FALSE(decode(frames[1], mark_frame(stream, 1), false)->block_is_rgb);
  }
}

void expect_near(Picture const& picture, codec::DecodedFrame const& frame, int most) {
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    int const value = std::to_integer<int>(frame.block.bytes[2 * i]) |
                      std::to_integer<int>(frame.block.bytes[2 * i + 1]) << 8;
    ASSERT_LE(std::abs(value - picture.values[i]), most) << i;
  }
}

TEST(Part2, IrreversibleColourTransformsOverFramesAreUndone) {
  auto const frames = make_frames(5, 12);
  Bytes const stream =
      encode_j2k(as_components(frames), {.is_reversible = false, .uses_mct = true, .rate = 1});
  for (std::uint32_t f = 0; f < frames.size(); ++f) {
    SCOPED_TRACE(f);
    auto const ours = decode(frames[f], mark_frame(stream, f), false);
    auto const librarys = decode(frames[f], mark_frame(stream, f), true);
    ASSERT_TRUE(ours && librarys);
    EXPECT_EQ(ours->block.bytes, librarys->block.bytes);
    expect_near(frames[f], *ours, 4);
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
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
  EXPECT_TRUE(frame->block_is_rgb);
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
