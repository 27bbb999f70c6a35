// Samples of 24 to 32 bits, and steps that are not the transform's: what OpenJPEG decodes, ours
// does.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/j2k_decoder.hpp"
#include "j2k_encoder.hpp"
#include "j2k_patches.hpp"

namespace sightline::codec {
namespace {

using test::J2kOptions;
using test::Picture;
using Bytes = std::vector<std::byte>;

/// The picture, said to be of so many bits.
Picture deepened(Picture picture, unsigned bits, bool is_signed) {
  picture.format = test::make_picture(1, 1, picture.samples(), bits, is_signed).format;
  picture.format.rows = 67;
  picture.format.cols = 83;
  return picture;
}

Result<DecodedFrame> ours_of(Picture const& picture, Bytes const& bytes) {
  auto const plan = plan_htj2k(bytes, true, 0);
  EXPECT_TRUE(plan.has_value()) << "refused: " << static_cast<int>(plan.error());
  return decode_htj2k(test::request_for(picture, Encoding::j2k, bytes), kDefaultLimits);
}

void expect_equal(Picture const& picture, Bytes const& bytes) {
  auto const ours = ours_of(picture, bytes);
  auto const theirs = decode_j2k(test::request_for(picture, Encoding::j2k, bytes), kDefaultLimits);
  ASSERT_TRUE(ours && theirs);
  EXPECT_FALSE(ours->missing || theirs->missing);
  EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
}

TEST(J2kDepth, SmallValuesInDeepSamples) {
  auto const picture = test::make_picture(67, 83, 1, 22, true);
  auto const bytes = test::encode_j2k(picture, {});
  for (unsigned const bits : {24u, 26u, 29u, 31u, 32u}) {
    SCOPED_TRACE(bits);
    auto const deep = deepened(picture, bits, true);
    auto const stream = test::with_depth(bytes, bits, true);
    auto const ours = ours_of(deep, stream);
    ASSERT_TRUE(ours.has_value());
    EXPECT_EQ(ours->block.bytes, test::block_bytes(deep));
    if (bits < 32) expect_equal(deep, stream);  // OpenJPEG refuses 32
  }
}

/// About the middle of the range, as level shift has it. OpenJPEG refuses 32 bits.
TEST(J2kDepth, UnsignedSamplesUpTo32Bits) {
  auto const picture = test::make_picture(67, 83, 1, 22, true);
  auto const bytes = test::encode_j2k(picture, {});
  for (unsigned const bits : {24u, 28u, 31u, 32u}) {
    SCOPED_TRACE(bits);
    Picture deep = deepened(picture, bits, false);
    for (std::int32_t& value : deep.values)
      value = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) + (1u << (bits - 1)));
    auto const stream = test::with_depth(bytes, bits, false);
    auto const ours = ours_of(deep, stream);
    ASSERT_TRUE(ours.has_value());
    EXPECT_EQ(ours->block.bytes, test::block_bytes(deep));
    if (bits < 32) {
      expect_equal(deep, stream);
    } else {
      EXPECT_FALSE(
          decode_j2k(test::request_for(deep, Encoding::j2k, stream), kDefaultLimits).has_value());
    }
  }
}

/// Up to 30 bit-planes that are coded.
TEST(J2kDepth, LargeValues) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    for (bool const is_reversible : {true, false}) {
      auto const picture = test::make_picture(67, 83, samples, 20, true);
      J2kOptions options{.is_reversible = is_reversible, .rate = is_reversible ? 0.0f : 2.0f};
      options.uses_mct = samples == 3;
      auto const bytes = test::encode_j2k(picture, options);
      for (unsigned const more : {3u, 5u, 8u}) {
        SCOPED_TRACE(more);
        auto const planes = test::with_planes(bytes, more < 5 ? 3 : 5, more < 8 ? 0 : 3);
        for (bool const is_signed : {true, false})
          expect_equal(deepened(picture, 20 + more, is_signed),
                       test::with_depth(planes, 20 + more, is_signed));
      }
    }
  }
}

TEST(J2kDepth, MoreThan30PlanesAreRefused) {
  auto const picture = test::make_picture(67, 83, 1, 24, true);
  auto const bytes = test::with_planes(test::encode_j2k(picture, {}), 5, 5);
  auto const plan = plan_htj2k(test::with_depth(bytes, 31, true), true, 0);
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error(), HtRefusal::depth);
}

TEST(J2kDepth, LossyPicturesOfMoreThan16Bits) {
  for (unsigned const bits : {17u, 20u, 23u, 24u}) {
    auto const picture = test::make_picture(67, 83, 1, bits, bits % 2 == 0);
    for (float const rate : {1.5f, 8.0f})
      expect_equal(picture, test::encode_j2k(picture, {.is_reversible = false, .rate = rate}));
  }
}

std::vector<std::int32_t> words_of(SampleBlock const& block) {
  std::vector<std::int32_t> words(block.bytes.size() / 4);
  std::memcpy(words.data(), block.bytes.data(), block.bytes.size());
  return words;
}

/// OpenJPEG refuses 32 bits. Steps are of the depth's size (E-3): four bits more are sixteen times
/// as much, rounded, or clipped up to 15 below.
TEST(J2kDepth, LossyPicturesOf32Bits) {
  auto const picture = test::make_picture(67, 83, 1, 24, true);
  auto const bytes = test::encode_j2k(picture, {.is_reversible = false, .rate = 2});
  auto const less = ours_of(deepened(picture, 28, true), test::with_depth(bytes, 28, true));
  auto const is_signed = ours_of(deepened(picture, 32, true), test::with_depth(bytes, 32, true));
  auto const plain = ours_of(deepened(picture, 32, false), test::with_depth(bytes, 32, false));
  ASSERT_TRUE(less && is_signed && plain);
  EXPECT_FALSE(is_signed->missing || plain->missing);
  auto const expected = words_of(less->block), values = words_of(is_signed->block),
             shifted = words_of(plain->block);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_LE(std::abs(values[i] - std::int64_t{16} * expected[i]), 15) << i;
    ASSERT_EQ(static_cast<std::uint32_t>(shifted[i]),
              static_cast<std::uint32_t>(values[i]) + 0x80000000u);
  }
}

/// Table A.28: exponents alone for 9/7, and steps for 5/3, whose step is 1 (E.1.2).
TEST(J2kDepth, StepsThatAreNotTheTransforms) {
  auto const picture = test::make_picture(67, 83, 1, 12, false);
  for (bool const is_reversible : {true, false}) {
    auto bytes = test::encode_j2k(picture, {.is_reversible = is_reversible});
    auto& transform = bytes[test::segment_offset(bytes, marker::kCod) + 13];
    transform ^= std::byte{1};
    expect_equal(picture, bytes);
  }
}

}  // namespace
}  // namespace sightline::codec
