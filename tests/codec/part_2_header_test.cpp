// What the extensions of a header say, and what is left of frames whose transforms cannot be
// undone: the components that OpenJPEG was given, as they are.
#include "codec/part_2_header.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/frame_mark.hpp"
#include "codec/part_1_copy.hpp"
#include "part_2_frames.hpp"
#include "part_2_writer.hpp"

namespace sightline::test {
namespace {

Bytes words_of(std::vector<std::int32_t> const& values) {
  Bytes bytes;
  for (std::int32_t const value : values)
    for (int shift : {0, 8}) bytes.push_back(static_cast<std::byte>(value >> shift & 0xff));
  return bytes;
}

struct Left {
  Errc code;
  char const* why;
  std::function<void(Part2Options&)> change;
};

Part2Options base() {
  return {.arrays = {{1, 1, 2, {1, 0, 1, 1}}},
          .stages = {{{.inputs = {0, 1}, .outputs = {0, 1}}}},
          .depths = {7, 7}};
}

/// Of frames of 8 bits without a sign: differences of 10 bits with one, in words.
TEST(Part2Header, ComponentsAreGivenWhereTheirTransformCannotBeUndone) {
  std::vector<Left> const all = {
      {Errc::unsupported, "reversible array-based decorrelation",
       [](auto& o) { o.stages[0][0].is_reversible = true; }},
      {Errc::unsupported, "reversible array-based dependency",
       [](auto& o) {
         o.stages[0][0].type = 0;
         o.stages[0][0].is_reversible = true;
       }},
      {Errc::unsupported, "wavelet-based", [](auto& o) { o.stages[0][0].type = 3; }},
      {Errc::unsupported, "a collection of an unknown type",
       [](auto& o) { o.stages[0][0].type = 2; }},
      {Errc::unsupported, "without an order of its stages", [](auto& o) { o.has_order = false; }},
      {Errc::corrupt, "MCO: transforms that COD does not announce",
       [](auto& o) { o.announced = 0; }},
      {Errc::corrupt, "COD: transforms of both parts", [](auto& o) { o.announced = 3; }},
      {Errc::corrupt, "MCT: size of an array", [](auto& o) { o.arrays[0].values.push_back(1); }},
      {Errc::corrupt, "MCC: an array that there is not", [](auto& o) { o.stages[0][0].array = 2; }},
      {Errc::unsupported, "components that it does not make",
       [](auto& o) { o.stages[0][0].outputs = {0, 2}; }},
      {Errc::corrupt, "MCC: a component comes out twice",
       [](auto& o) { o.stages[0][0].outputs = {1, 1}; }},
      {Errc::corrupt, "MCC: index of a component", [](auto& o) { o.stages[0][0].inputs = {0, 2}; }},
      {Errc::limit_exceeded, "sums beyond double precision",
       [](auto& o) { o.arrays[0].values = {1e30, 0, 1e30, 1}; }},
      {Errc::limit_exceeded, "sums beyond double precision",
       [](auto& o) { o.arrays[0].values = {INFINITY, 0, 1, NAN}; }},
      {Errc::corrupt, "CBD: number of components", [](auto& o) { o.depths = {7, 7, 7}; }},
  };
  auto const frames = make_frames(2, 8);
  auto const components = differences(frames);
  for (J2kOptions const& options : {J2kOptions{}, J2kOptions{.changes_progression = true}}) {
    Bytes const coded = encode_components(components, 10, options);
    for (Left const& each : all) {
      Part2Options changed = base();
      each.change(changed);
      Bytes const stream = with_part_2(coded, changed);
      for (std::uint32_t f = 0; f < 2; ++f) {
        auto const frame = decode(frames[f], mark_frame(stream, f), false);
        ASSERT_TRUE(frame) << each.why << ": " << frame.error().detail;
        ASSERT_TRUE(frame->missing) << each.why;
        EXPECT_EQ(frame->missing->code, each.code) << each.why;
        EXPECT_EQ(frame->missing->step, std::string("components before their multi-component "
                                                    "transform (") +
                                            each.why + ")");
        EXPECT_EQ(frame->block.bits_allocated, 16);
        EXPECT_TRUE(frame->block.is_signed);
        EXPECT_EQ(frame->block.bytes, words_of(components[f])) << each.why;
      }
    }
  }
}

TEST(Part2Header, ComponentsThatAreLeftHaveTheirOwnSign) {
  auto const frames = make_frames(2, 8);
  auto changed = base();
  changed.stages[0][0].is_reversible = true;
  Bytes const stream =
      with_part_2(encode_components({frames[0].values, frames[1].values}, 8, {}, false), changed);
  for (bool const is_signed : {false, true}) {
    Picture stated = frames[1];
    stated.format.is_signed = is_signed;
    auto const frame = decode(stated, mark_frame(stream, 1), false);
    ASSERT_TRUE(frame) << frame.error().detail;
    EXPECT_TRUE(frame->missing);
    EXPECT_FALSE(frame->block.is_signed);
    EXPECT_EQ(frame->block.bits_allocated, 8);
    EXPECT_EQ(frame->block.bytes, block_bytes(frames[1]));
  }
}

TEST(Part2Header, FramesThatOnlyATransformMakesAreRefused) {
  auto const frames = make_frames(3, 8);
  auto changed = base();
  changed.stages[0][0] = {.inputs = {0, 1}, .outputs = {0, 1, 2}, .is_reversible = true};
  changed.depths = {7, 7, 7};
  Bytes const stream = with_part_2(encode_components(differences(make_frames(2, 8)), 10), changed);
  EXPECT_TRUE(decode(frames[1], mark_frame(stream, 1), false));
  auto const third = decode(frames[2], mark_frame(stream, 2), false);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Errc::unsupported);
  EXPECT_EQ(third.error().detail, "a frame that only a transform makes");
}

TEST(Part2Header, ATileThatCannotBeUndoneLeavesAll) {
  auto const frames = make_frames(2, 8);
  auto const components = differences(frames);
  auto wavelet = base();
  wavelet.stages[0][0].type = 3;
  Bytes const stream = with_tile_part_2(
      with_part_2(encode_components(components, 10, {.tile_size = 24}), base()), 2, wavelet);
  auto const frame = decode(frames[1], mark_frame(stream, 1), false);
  ASSERT_TRUE(frame) << frame.error().detail;
  ASSERT_TRUE(frame->missing);
  EXPECT_EQ(frame->block.bytes, words_of(components[1]));
}

TEST(Part2Header, OutputsMustFitBitsAllocated) {
  auto const frames = make_frames(2, 8);
  auto changed = base();
  changed.depths = {11, 11};
  auto const frame = decode(
      frames[0], mark_frame(with_part_2(encode_components(differences(frames), 10), changed), 0),
      false);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Errc::corrupt);
}

/// A.3.1, A.3.2, A.3.10: what other extensions change is named; without other wavelets there is no
/// component.
TEST(Part2Header, OtherExtensionsAreNamed) {
  auto const frames = make_frames(2, 8);
  Bytes const stream =
      with_part_2(encode_j2k(as_components(frames), {}), {.announced = 0, .has_order = false});
  for (auto const& [code, name] : {std::pair{0xff70, "DCO"}, {0xff71, "VMS"}, {0xff76, "NLT"}}) {
    Bytes const other = with_segment(stream, static_cast<std::uint16_t>(code), Bytes(3));
    auto const frame = decode(frames[1], mark_frame(other, 1), false);
    ASSERT_TRUE(frame) << frame.error().detail;
    ASSERT_TRUE(frame->missing);
    EXPECT_EQ(frame->missing->code, Errc::unsupported);
    EXPECT_NE(frame->missing->step.find(name), std::string::npos) << frame->missing->step;
    EXPECT_EQ(frame->block.bytes, block_bytes(frames[1]));
  }
  for (int const code : {0xff72, 0xff73, 0xff79}) {
    Bytes const other = with_segment(stream, static_cast<std::uint16_t>(code), Bytes(3));
    auto const frame = decode(frames[1], mark_frame(other, 1), false);
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, Errc::unsupported);
  }
}

TEST(Part2Header, PartOneIsWithoutExtensions) {
  Bytes const coded = encode_j2k(as_components(make_frames(3, 8)), {.tile_size = 24});
  auto own = base();
  Bytes const stream = with_tile_part_2(with_part_2(coded, own), 1, own);
  Bytes expected = coded;
  expected[6] = std::byte{0x80};  // Rsiz
  EXPECT_EQ(codec::copy_part_1(stream), expected);
}

}  // namespace
}  // namespace sightline::test
