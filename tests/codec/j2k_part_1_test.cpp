// Our decoder of JPEG 2000 Part 1 against OpenJPEG.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/j2k_decoder.hpp"
#include "damaged_j2k.hpp"
#include "j2k_encoder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::J2kOptions;
using test::make_picture;
using test::Picture;
using test::request_for;

/// Both decode it at every level, to the same; and ours does not leave it to OpenJPEG.
void expect_equal(Picture const& picture, J2kOptions const& options) {
  auto const bytes = test::encode_j2k(picture, options);
  ASSERT_FALSE(bytes.empty());
  auto request = request_for(picture, Encoding::j2k, bytes);
  for (int level = 0; level < options.resolutions; ++level) {
    request.discard_levels = static_cast<std::uint32_t>(level);
    auto const plan = plan_htj2k(bytes, true, request.discard_levels);
    ASSERT_TRUE(plan.has_value()) << "refused: " << static_cast<int>(plan.error());
    EXPECT_FALSE(plan->is_ht);
    auto const ours = decode_htj2k(request, kDefaultLimits);
    auto const theirs = decode_j2k(request, kDefaultLimits);
    ASSERT_TRUE(ours && theirs) << level;
    EXPECT_EQ(ours->missing.has_value(), theirs->missing.has_value());
    EXPECT_EQ(ours->block_is_rgb, theirs->block_is_rgb);
    EXPECT_EQ(ours->block.bytes, theirs->block.bytes) << "level " << level;
  }
}

class J2kPart1 : public testing::TestWithParam<std::tuple<unsigned, bool, bool>> {};

TEST_P(J2kPart1, DepthsAndSigns) {
  auto const [bits, is_signed, is_reversible] = GetParam();
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(67, 83, samples, bits, is_signed);
    J2kOptions options;
    options.is_reversible = is_reversible;
    options.uses_mct = samples == 3;
    expect_equal(picture, options);
    if (is_reversible) {
      auto const bytes = test::encode_j2k(picture, options);
      auto const ours = decode_htj2k(request_for(picture, Encoding::j2k, bytes), kDefaultLimits);
      ASSERT_TRUE(ours.has_value());
      EXPECT_EQ(ours->block.bytes, block_bytes(picture));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, J2kPart1,
                         testing::Combine(testing::Values(1u, 2u, 8u, 12u, 16u), testing::Bool(),
                                          testing::Bool()));

TEST(J2kPart1Decoder, BlocksTilesOrdersAndPrecincts) {
  auto const picture = make_picture(131, 97, 1, 12, false);
  for (int const size : {4, 16, 64}) expect_equal(picture, {.block_size = size});
  for (int progression = 0; progression <= 4; ++progression)
    expect_equal(picture, {.progression = progression, .precinct_size = 64});
  expect_equal(picture, {.tile_size = 50, .by_resolution = true, .sop = true, .eph = true});
  expect_equal(picture, {.resolutions = 1});
  expect_equal(picture, {.block_style = 8});  // stripe-causal contexts
}

TEST(J2kPart1Decoder, PassesThatAreLeftOutLeaveTheirHalves) {
  for (bool const is_reversible : {false, true})
    for (float const rate : {3.0f, 12.0f, 60.0f}) {
      auto const picture = make_picture(131, 97, 1, 12, false);
      expect_equal(picture, {.is_reversible = is_reversible, .rate = rate});
    }
}

TEST(J2kPart1Decoder, NarrowAndFlatPictures) {
  for (auto const& [rows, cols] : {std::pair{1u, 40u}, {40u, 1u}, {3u, 3u}, {5u, 64u}})
    expect_equal(make_picture(rows, cols, 1, 10, true),
                 {.resolutions = std::min(rows, cols) > 1 ? 2 : 1});
  Picture flat = make_picture(50, 50, 1, 8, false);
  for (auto& value : flat.values) value = 77;
  expect_equal(flat, {});
}

/// Table A.19: bypass, reset, termination after each pass, stripe-causal contexts, predictable
/// termination and segmentation symbols, all together and each alone.
TEST(J2kPart1Decoder, EveryStyleOfCodeBlocks) {
  auto const picture = make_picture(61, 70, 1, 14, true);
  for (int style = 0; style < 64; ++style) {
    SCOPED_TRACE(style);
    for (int const layers : {1, 3}) expect_equal(picture, {.layers = layers, .block_style = style});
    expect_equal(picture, {.is_reversible = false, .layers = 2, .block_style = style, .rate = 4});
  }
}

TEST(J2kPart1Decoder, QualityLayersOfEveryOrder) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(131, 97, samples, 8, false);
    for (int progression = 0; progression <= 4; ++progression) {
      for (int const layers : {2, 5, 20}) {
        for (bool const is_reversible : {true, false}) {
          for (int const tile : {0, 60}) {
            SCOPED_TRACE(std::to_string(progression) + ", " + std::to_string(layers));
            J2kOptions options{.is_reversible = is_reversible, .tile_size = tile, .layers = layers};
            options.uses_mct = samples == 3;
            options.progression = progression;
            options.precinct_size = layers == 5 ? 64 : 0;
            options.by_resolution = layers == 2;
            options.sop = options.eph = layers == 2;
            expect_equal(picture, options);
          }
        }
      }
    }
  }
  auto const picture = make_picture(131, 97, 1, 12, false);
  auto const bytes = test::encode_j2k(picture, {.layers = 6, .progression = 0});
  auto const frame = decode_htj2k(request_for(picture, Encoding::j2k, bytes), kDefaultLimits);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << "the last layer completes it";
}

TEST(J2kPart1Decoder, CutsAndChangedBytesGiveWhatOpenJpegGives) {
  auto const picture = make_picture(61, 70, 1, 12, false);
  for (J2kOptions const& options :
       {J2kOptions{}, J2kOptions{.layers = 3, .progression = 0},
        J2kOptions{.layers = 2, .block_style = 5}, J2kOptions{.block_style = 1}}) {
    test::expect_damage_as_openjpeg(picture, test::encode_j2k(picture, options), 97);
  }
}

}  // namespace
}  // namespace sightline::codec
