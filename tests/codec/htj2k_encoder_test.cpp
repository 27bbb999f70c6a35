// HTJ2K by our encoder, read by OpenJPH, by OpenJPEG and by our decoder: each of another hand.
#include "codec/htj2k_encoder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <random>

#include "codec/codestream.hpp"
#include "codec/frame_decoder.hpp"
#include "htj2k_coder.hpp"
#include "openjpeg_reference.hpp"
#include "picture.hpp"

namespace sightline::codec {
namespace {

using test::Picture;
using Values = std::vector<std::int32_t>;

SampleBlock block_of(Picture const& picture) {
  return {picture.rows(),           picture.cols(),
          picture.samples(),        picture.format.bits_allocated,
          picture.format.is_signed, test::block_bytes(picture)};
}

/// The stream, after all three have given the picture's values back.
std::vector<std::byte> proven(Picture const& picture, bool is_rgb) {
  auto stream = encode_htj2k(block_of(picture), picture.format.bits_stored, is_rgb);
  EXPECT_TRUE(stream) << stream.error().detail;
  if (!stream) return {};
  auto const decoded = decode_frame(test::request_for(picture, Encoding::htj2k, *stream));
  EXPECT_TRUE(decoded && decoded->block.bytes == test::block_bytes(picture));
  EXPECT_EQ(test::openjpeg_values(*stream, 0).value_or(Values{}), picture.values);
  auto const by_openjph = test::decode_htj2k(*stream, picture.format);
  EXPECT_TRUE(by_openjph && by_openjph->values == picture.values);
  return *std::move(stream);
}

/// What fills a picture: each hits other code words.
std::int32_t content(unsigned kind, std::mt19937& random, std::int32_t least, std::int32_t most,
                     std::uint32_t i) {
  switch (kind) {
    case 0: return std::uniform_int_distribution(least, most)(random);  // noise
    case 1: return random() % 97 == 0 ? most : least;                   // few that differ
    case 2: return (i & 1) != 0 ? most : least;                         // all the wavelet can give
    case 3: return least + static_cast<std::int32_t>(i) % (most - least + 1);
    case 4: return std::clamp(static_cast<std::int32_t>(random() % 5) - 2, least, most);
    default: return most;
  }
}

TEST(Htj2kEncoder, RandomPicturesAreKept) {
  std::mt19937 random(20261129);
  auto const below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  constexpr std::array<std::uint32_t, 4> kSides = {3, 17, 70, 200};
  for (unsigned round = 0; round < 240; ++round) {
    std::uint32_t const rows = 1 + below(kSides[below(4)]), cols = 1 + below(kSides[below(4)]);
    std::uint16_t const samples = round % 3 == 0 ? 3 : 1;
    unsigned const bits = 1 + round % 16, kind = below(6);
    bool const is_signed = below(2) == 1, is_rgb = samples == 3 && below(4) != 0;
    Picture picture = test::make_picture(rows, cols, samples, bits, is_signed);
    std::int32_t const least = is_signed ? -(1 << (bits - 1)) : 0;
    for (std::uint32_t i = 0; i < picture.values.size() && round % 7 != 0; ++i)
      picture.values[i] = content(kind, random, least, least + (1 << bits) - 1, i / samples);
    SCOPED_TRACE(testing::Message()
                 << rows << " x " << cols << " x " << samples << ", " << bits << " bits, signed "
                 << is_signed << ", RCT " << is_rgb << ", kind " << kind);
    proven(picture, is_rgb);
    if (HasFailure()) return;
  }
}

/// PS3.5 10.18: RPCL, TLM, and a coarsest resolution of at most 64.
TEST(Htj2kEncoder, StreamsByResolution) {
  Picture const picture = test::make_picture(40, 2100, 1, 12, false);
  auto const stream = proven(picture, false);
  auto const info = read_codestream_info(stream);
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->is_ht && info->is_reversible);
  EXPECT_EQ(info->progression, 2);
  EXPECT_EQ(info->decompositions, 6);
  auto const levels = index_levels(stream);
  ASSERT_TRUE(levels);
  EXPECT_EQ(levels->size(), 7u);
  EXPECT_EQ(test::openjpeg_values(stream, 3).value_or(Values{}).size(), 5u * 263);
}

TEST(Htj2kEncoder, AValueOverTheStoredBitsIsKept) {
  Picture picture = test::make_picture(8, 8, 1, 12, false);
  picture.values[5] = 0x8001;
  auto const stream = encode_htj2k(block_of(picture), 12, false);
  ASSERT_TRUE(stream);
  EXPECT_EQ(test::openjpeg_values(*stream, 0).value_or(Values{}), picture.values);
}

TEST(Htj2kEncoder, RefusesWhatItCannotHold) {
  SampleBlock block = block_of(test::make_picture(4, 4, 1, 16, false));
  block.rows = 5;
  EXPECT_EQ(encode_htj2k(block, 16, false).error().code, Errc::invalid_argument);
  block.rows = 40000;
  EXPECT_EQ(encode_htj2k(block, 16, false).error().code, Errc::unsupported);
  block.rows = 4;
  block.bits_allocated = 32;
  EXPECT_EQ(encode_htj2k(block, 16, false).error().code, Errc::unsupported);
}

}  // namespace
}  // namespace sightline::codec
