// Tiles and components with parameters of their own: streams joined of different ones, held against
// what OpenJPEG makes of each of these, and of the joint one.
#include "codec/tile_parameters.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_decoder.hpp"
#include "damaged_j2k.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"
#include "j2k_patches.hpp"
#include "packet_rearranger.hpp"
#include "stream_joiner.hpp"
#include "stream_variants.hpp"

namespace sightline::codec {
namespace {

using test::Chance;
using test::Joint;
using test::JointTile;
using test::Variants;
using Bytes = std::vector<std::byte>;

struct Decoded {
  bool is_ht = false;
  Result<DecodedFrame> frame;
};

Decoded decode(DecodeRequest request, std::uint32_t level) {
  request.discard_levels = level;
  auto const plan = plan_htj2k(request.bytes, true, level, request.region);
  EXPECT_TRUE(plan) << "refused: " << static_cast<int>(plan.error());
  bool const is_ht = plan && plan->is_ht;
  request.encoding = is_ht ? Encoding::htj2k : Encoding::j2k;
  return {is_ht, decode_htj2k(request, kDefaultLimits)};
}

/// A region of a tile's corner, and more.
void expect_region(DecodeRequest request, std::uint32_t level, Bytes const& whole,
                   std::uint32_t cols) {
  request.region = FrameRegion{11, 7, 13, 17};
  auto const part = decode(request, level);
  ASSERT_TRUE(part.frame);
  for (std::size_t row = 0; row < 17; ++row) {
    auto const* const expected = whole.data() + ((row + 7) * cols + 11) * test::kVariantComponents;
    EXPECT_TRUE(std::equal(expected, expected + 13 * test::kVariantComponents,
                           part.frame->block.bytes.data() + row * 13 * test::kVariantComponents));
  }
}

/// `library_reads_it`: OpenJPEG makes the same of the joint stream.
void expect_joint(Variants const& variants, Joint const& joint, Bytes const& bytes,
                  bool library_reads_it) {
  auto request = test::request_for(variants.picture, Encoding::j2k, bytes);
  for (std::uint32_t level = 0; level <= variants.fewest_levels; ++level) {
    SCOPED_TRACE("level " + std::to_string(level));
    Bytes const expected = test::composed(variants, joint, level);
    auto const ours = decode(request, level);
    ASSERT_TRUE(ours.frame && !ours.frame->missing);
    EXPECT_TRUE(ours.frame->block.bytes == expected);
    expect_region(request, level, expected, ours.frame->block.cols);
    if (!library_reads_it) continue;
    request.discard_levels = level;
    auto const theirs = decode_j2k(request, kDefaultLimits);
    ASSERT_TRUE(theirs && !theirs->missing);
    EXPECT_TRUE(theirs->block.bytes == expected) << "by OpenJPEG";
  }
}

void expect_joint(Variants const& variants, Joint const& joint, bool library_reads_it) {
  expect_joint(variants, joint, test::joined(variants.streams, joint), library_reads_it);
}

TEST(TileParameters, ComponentsAndTilesOfEveryKind) {
  for (Variants const& variants : {test::plain_variants(), test::layered_variants()}) {
    Chance chance(variants);
    for (int i = 0; i < 20; ++i) {
      SCOPED_TRACE(i);
      expect_joint(variants, chance.joint(), true);
    }
  }
}

/// Every pair of streams, in every order: the second one's component between two of the first one.
TEST(TileParameters, EveryPairInEveryOrder) {
  auto const variants = test::plain_variants();
  for (std::size_t a = 0; a < variants.streams.size(); ++a) {
    for (std::size_t b = 0; b < variants.streams.size(); ++b) {
      auto const order = static_cast<std::uint8_t>((a + b) % 5);
      SCOPED_TRACE(std::to_string(a) + " and " + std::to_string(b));
      expect_joint(variants, {.main = {{a, b, a}, order}}, true);
    }
  }
}

/// G.2 asks for components of one size and wavelet; OpenJPEG for as many levels, too.
TEST(TileParameters, ColourTransformOverComponentsOfDifferentLevels) {
  auto const variants = test::mixed_variants();
  Chance chance(variants);
  for (int i = 0; i < 12; ++i) {
    SCOPED_TRACE(i);
    expect_joint(variants, chance.joint(), false);
  }
}

TEST(TileParameters, ColourTransformOverComponentsOfDifferentQuantization) {
  Variants all{test::variant_picture(), {}, 3};
  for (test::J2kOptions options :
       {test::J2kOptions{.rate = 3}, test::J2kOptions{.block_size = 8, .rate = 20},
        test::J2kOptions{.block_style = 0x2f, .precinct_size = 64, .rate = 1}}) {
    options.uses_mct = true;
    options.is_reversible = false;
    all.streams.push_back(test::encode_j2k(all.picture, test::variant_tiles(options)));
    int const more = static_cast<int>(all.streams.size()) - 1;
    all.streams.back() = test::with_planes(all.streams.back(), -more, more);
  }
  Chance chance(all);
  for (int i = 0; i < 10; ++i) {
    Bytes const bytes = test::joined(all.streams, chance.joint());
    auto request = test::request_for(all.picture, Encoding::j2k, bytes);
    for (std::uint32_t level = 0; level <= all.fewest_levels; ++level) {
      request.discard_levels = level;
      auto const ours = decode(request, level).frame, theirs = decode_j2k(request, kDefaultLimits);
      ASSERT_TRUE(ours && theirs);
      EXPECT_TRUE(ours->block.bytes == theirs->block.bytes);
    }
  }
}

/// Tiles with and without RCT: SGcod is a tile's, too.
TEST(TileParameters, ColourTransformOfSomeTiles) {
  auto variants = test::mixed_variants();
  variants.streams.resize(3);
  variants.streams.push_back(
      test::encode_j2k(variants.picture, test::variant_tiles({.resolutions = 3})));
  variants.decoded.clear();
  variants = test::with_decoded(std::move(variants));
  Joint joint{.main = {{3, 3, 3}, 1}};
  for (std::size_t number = 0; number < variants.tiles(); ++number) {
    std::size_t const stream = number % 4;
    joint.tiles.push_back({{stream, stream, stream}, static_cast<std::uint8_t>(number % 5)});
  }
  expect_joint(variants, joint, true);
  std::swap(joint.main, joint.tiles.front());
  expect_joint(variants, joint, true);
  auto request = test::request_for(variants.picture, Encoding::j2k, {});
  request.format.photometric = Photometric::ybr_full;
  auto const bytes = test::joined(variants.streams, joint);
  request.bytes = bytes;
  auto const frame = decode(request, 0).frame;
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->block_is_rgb);
}

/// A.6.2, A.6.5: COC holds before COD, wherever it stands. OpenJPEG takes what comes last.
TEST(TileParameters, TheOrderOfSegmentsIsFree) {
  auto const variants = test::plain_variants();
  Chance chance(variants);
  for (int i = 0; i < 8; ++i) {
    SCOPED_TRACE(i);
    Joint joint = chance.joint();
    joint.components_first = true;
    expect_joint(variants, joint, false);
  }
}

/// A.6.6: a tile's POC, the main header's, a tile's COD, the main header's. OpenJPEG adds a tile's
/// POC to the main header's.
TEST(TileParameters, ChangesOfProgression) {
  auto const variants = test::layered_variants();
  std::vector<Progression> const main = {{.order = 2, .end_resolution = 2}, {.order = 4}};
  std::vector<Progression> const own = {{.order = 0, .end_layer = 1}, {.order = 3}};
  Chance chance(variants);
  for (int i = 0; i < 6; ++i) {
    SCOPED_TRACE(i);
    Joint joint = chance.joint();
    for (JointTile& tile : joint.tiles) tile.runs = own;
    expect_joint(variants, joint, true);
    joint.main.runs = main;
    expect_joint(variants, joint, joint.tiles.empty());
    for (JointTile& tile : joint.tiles) tile.runs.clear();
    expect_joint(variants, joint, true);
  }
}

/// B.12.1: where precincts of components with other levels begin on the reference grid.
TEST(TileParameters, OffsetsOfEveryParity) {
  for (std::uint32_t offset = 0; offset < 16; offset += 3) {
    SCOPED_TRACE(offset);
    Variants all{test::variant_picture(), {}};
    for (test::Htj2kOptions options :
         {test::Htj2kOptions{.decompositions = 3, .block_size = 16, .precincts = {8, 16}},
          test::Htj2kOptions{.decompositions = 1, .block_size = 16, .precincts = {32, 16}}}) {
      options.offset_x = offset % 4 * 3;
      options.offset_y = offset / 4 * 5;
      all.streams.push_back(test::encode_htj2k(all.picture, options));
    }
    auto const variants = test::with_decoded(std::move(all));
    for (std::uint8_t order = 0; order < 5; ++order)
      expect_joint(variants, {.main = {{0, 1, 0}, order}}, true);
  }
}

TEST(TileParameters, HeadersApartFromPackets) {
  auto const variants = test::plain_variants();
  Chance chance(variants);
  for (auto const headers : {test::HeadersIn::main_header, test::HeadersIn::tile_parts}) {
    for (int i = 0; i < 5; ++i) {
      Joint const joint{.main = chance.tile()};
      Bytes const bytes = test::rearranged(test::joined(variants.streams, joint),
                                           {.headers = headers, .packets_in_part = 9});
      expect_joint(variants, joint, bytes, true);
    }
  }
}

TEST(TileParameters, APrefixHasALevel) {
  auto const variants = test::plain_variants();
  Chance chance(variants);
  int taken = 0;
  for (int i = 0; i < 10; ++i) {
    Joint joint = chance.joint();
    for (JointTile& tile : joint.tiles) tile.progression = 2;
    joint.main.progression = 2;
    Bytes const bytes = test::joined(variants.streams, joint);
    Bytes const expected = test::composed(variants, joint, 1);
    auto request = test::request_for(variants.picture, Encoding::htj2k, {});
    request.discard_levels = 1;
    for (std::size_t size = bytes.size() * 4 / 5; size < bytes.size(); size += bytes.size() / 100) {
      request.bytes = std::span(bytes).first(size);
      auto const plan = plan_htj2k(request.bytes, false, 1);
      if (!plan) continue;
      ++taken;
      auto const frame = decode_htj2k(request, kDefaultLimits);
      ASSERT_TRUE(frame);
      EXPECT_TRUE(frame->block.bytes == expected);
    }
  }
  EXPECT_GT(taken, 20);
}

TEST(TileParameters, CutsAndChangedBytesGiveWhatOpenJpegGives) {
  auto variants = test::plain_variants();
  variants.streams.resize(4);
  Chance chance(variants);
  test::expect_damage_as_openjpeg(variants.picture, test::joined(variants.streams, chance.joint()),
                                  997);
}

HtRefusal refusal(Bytes const& bytes, std::uint32_t level = 0) {
  auto const plan = plan_htj2k(bytes, true, level);
  EXPECT_FALSE(plan.has_value());
  return plan ? HtRefusal{} : plan.error();
}

Bytes bytes_of(std::initializer_list<unsigned> values) {
  Bytes bytes;
  for (unsigned const value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

TEST(TileParameters, WhatIsBrokenIsRefused) {
  auto const picture = test::variant_picture();
  Bytes const good = test::encode_j2k(picture, test::variant_tiles({.uses_mct = true}));
  auto const with = [&](std::uint16_t code, std::initializer_list<unsigned> body) {
    return test::with_tile_segment(good, 1, code, bytes_of(body));
  };
  EXPECT_EQ(refusal(with(marker::kCod, {0, 2, 0, 1, 1, 3, 3, 3, 0})), HtRefusal::tile_parameters);
  EXPECT_EQ(refusal(with(marker::kCoc, {3, 0, 3, 3, 3, 0, 1})), HtRefusal::tile_parameters);
  EXPECT_EQ(refusal(with(marker::kQcd, {0x40, 0x40})), HtRefusal::quantization);
  EXPECT_EQ(refusal(with(marker::kQcc, {3, 0x40, 0x40})), HtRefusal::quantization);
  EXPECT_EQ(refusal(with(marker::kCoc, {1, 0, 3, 3, 3, 0x80, 1})), HtRefusal::block_style);
  // 9/7 of one component that RCT has mixed.
  EXPECT_EQ(refusal(with(marker::kCoc, {1, 0, 3, 3, 3, 0, 0})), HtRefusal::mixed_components);
  // No marker of Part 1, and one that is not of tile-parts.
  EXPECT_EQ(refusal(with(0xff77, {0, 0})), HtRefusal::tile_parameters);
  EXPECT_EQ(refusal(with(marker::kTlm, {0, 0x40, 0, 0, 0, 9})), HtRefusal::tile_parameters);
}

TEST(TileParameters, LevelsThatATileDoesNotHave) {
  auto const variants = test::plain_variants();
  Joint joint{.main = {{0, 0, 0}}};
  joint.tiles.push_back({{0, 1, 0}});
  Bytes const bytes = test::joined(variants.streams, joint);
  EXPECT_EQ(refusal(bytes, 2), HtRefusal::header);
  auto request = test::request_for(variants.picture, Encoding::j2k, bytes);
  request.discard_levels = 2;
  auto const frame = decode_htj2k(request, kDefaultLimits);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::codec
