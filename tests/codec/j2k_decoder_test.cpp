#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "codec/frame_decoder.hpp"
#include "j2k_encoder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::encode_j2k;
using test::J2kOptions;
using test::make_picture;
using test::request_for;

Errc code_of(DecodeRequest const& request, Limits const& limits = kDefaultLimits) {
  auto const frame = decode_frame(request, limits);
  return frame ? Errc::ok : frame.error().code;
}

class J2kDepths : public testing::TestWithParam<std::tuple<unsigned, bool, std::uint16_t>> {};

TEST_P(J2kDepths, LosslessComesBackExactly) {
  auto const [bits, is_signed, samples] = GetParam();
  auto const picture = make_picture(61, 83, samples, bits, is_signed);
  J2kOptions options;
  options.uses_mct = samples == 3;
  for (bool const jp2 : {false, true}) {
    options.jp2 = jp2;
    auto const bytes = encode_j2k(picture, options);
    auto const frame = decode_frame(request_for(picture, Encoding::j2k, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture));
    EXPECT_EQ(frame->block.is_signed, is_signed);
    EXPECT_EQ(frame->block_is_rgb, samples == 3);
  }
}

INSTANTIATE_TEST_SUITE_P(All, J2kDepths,
                         testing::Combine(testing::Values(8u, 10u, 12u, 16u), testing::Bool(),
                                          testing::Values(std::uint16_t{1}, std::uint16_t{3})));

TEST(J2kDecoder, ReducedImagesHaveCeiledSizes) {
  auto const picture = make_picture(61, 83, 1, 12, false);
  auto const bytes = encode_j2k(picture, {});
  auto request = request_for(picture, Encoding::j2k, bytes);
  for (std::uint32_t discard = 1; discard <= 3; ++discard) {
    request.discard_levels = discard;
    auto const frame = decode_frame(request);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->block.rows, (61u + (1u << discard) - 1) >> discard);
    EXPECT_EQ(frame->block.cols, (83u + (1u << discard) - 1) >> discard);
    EXPECT_EQ(frame->block.bytes.size(), std::size_t{frame->block.rows} * frame->block.cols * 2);
  }
  request.discard_levels = 4;
  EXPECT_EQ(code_of(request), Errc::invalid_argument);
  request.discard_levels = 1000;
  EXPECT_EQ(code_of(request), Errc::invalid_argument);
}

TEST(J2kDecoder, DataSetAndCodestreamMustAgreeInSize) {
  auto const picture = make_picture(32, 40, 1, 12, false);
  auto const bytes = encode_j2k(picture, {});
  auto request = request_for(picture, Encoding::j2k, bytes);
  request.format.rows = 33;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.format.samples_per_pixel = 3;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.format.bits_allocated = request.format.bits_stored = 8;
  request.format.high_bit = 7;
  EXPECT_EQ(code_of(request), Errc::corrupt);  // 12 bits do not fit
  Limits limits;
  limits.max_frame_bytes = 32 * 40 * 2 - 1;
  request.format = picture.format;
  EXPECT_EQ(code_of(request, limits), Errc::limit_exceeded);
}

TEST(J2kDecoder, TheCodestreamsDepthAndSignAreRight) {
  // Stored 16, coded 12: as files have it. The numbers stay.
  auto const picture = make_picture(32, 40, 1, 12, false);
  auto const bytes = encode_j2k(picture, {});
  auto request = request_for(picture, Encoding::j2k, bytes);
  request.format.bits_stored = 16;
  request.format.high_bit = 15;
  auto frame = decode_frame(request);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
  // Pixel Representation 1 over an unsigned codestream: no sign is invented.
  request.format = picture.format;
  request.format.is_signed = true;
  frame = decode_frame(request);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
  // Pixel Representation 0 over a signed one: the number's two's complement.
  auto const negative = make_picture(32, 40, 1, 12, true);
  auto const signed_bytes = encode_j2k(negative, {});
  request = request_for(negative, Encoding::j2k, signed_bytes);
  request.format.is_signed = false;
  frame = decode_frame(request);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, block_bytes(negative));
}

TEST(J2kDecoder, EveryFormOfStreamDecodes) {
  auto const picture = make_picture(130, 100, 3, 8, false);
  for (int progression = 0; progression <= 4; ++progression) {
    J2kOptions options;
    options.progression = progression;
    options.tile_size = progression % 2 == 0 ? 64 : 0;
    options.layers = 1 + progression;
    options.sop = options.eph = progression > 2;
    auto const bytes = encode_j2k(picture, options);
    auto const frame = decode_frame(request_for(picture, Encoding::j2k, bytes));
    ASSERT_TRUE(frame.has_value()) << progression;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << progression;
  }
}

TEST(J2kDecoder, LossyIsNear) {
  auto const picture = make_picture(128, 128, 1, 8, false);
  J2kOptions options;
  options.is_reversible = false;
  auto const bytes = encode_j2k(picture, options);
  auto const frame = decode_frame(request_for(picture, Encoding::j2k, bytes));
  ASSERT_TRUE(frame.has_value());
  double sum = 0;
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    sum += std::abs(picture.values[i] - std::to_integer<int>(frame->block.bytes[i]));
  }
  EXPECT_LT(sum / static_cast<double>(picture.values.size()), 4.0);
}

TEST(J2kDecoder, APaddingByteIsNoCut) {
  auto const picture = make_picture(32, 40, 1, 12, false);
  auto bytes = encode_j2k(picture, {});
  bytes.push_back(std::byte{0});
  auto const frame = decode_frame(request_for(picture, Encoding::j2k, bytes));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

TEST(J2kDecoder, EveryCutIsAPictureOrAnError) {
  auto const picture = make_picture(64, 64, 1, 8, false);
  auto const bytes = encode_j2k(picture, {});
  for (std::size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 37) {
    auto request = request_for(picture, Encoding::j2k, bytes);
    request.bytes = request.bytes.first(size);
    auto const frame = decode_frame(request);
    if (!frame) {
      EXPECT_EQ(frame.error().code, Errc::truncated) << size << ' ' << frame.error().detail;
    } else {
      EXPECT_EQ(frame->block.bytes.size(), 64u * 64u);
      // Without EOC alone all is there; without more it is said.
      EXPECT_EQ(frame->missing.has_value(), size + 2 < bytes.size()) << size;
    }
  }
}

/// JPEG 2000 Part 2, PS3.5 A.4.4: which component a frame is, its bytes do not say.
TEST(J2kDecoder, OfPart2TheComponentsOfOneFrameAreDecoded) {
  auto const picture = make_picture(64, 64, 3, 8, false);
  auto bytes = encode_j2k(picture, {});
  bytes[6] |= std::byte{0x80};  // Rsiz: extensions
  auto request = request_for(picture, Encoding::j2k, bytes);
  auto const frame = decode_frame(request);
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_FALSE(frame->missing.has_value());
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
  request.format.samples_per_pixel = 1;
  request.format.photometric = Photometric::monochrome2;
  EXPECT_EQ(code_of(request), Errc::unsupported);
}

TEST(J2kDecoder, BytesBehindAStreamWithoutEocAreNoData) {
  auto const picture = make_picture(40, 52, 1, 12, false);
  auto bytes = encode_j2k(picture, {});
  bytes.resize(bytes.size() - 2);
  bytes.push_back(std::byte{0});
  auto const frame = decode_frame(request_for(picture, Encoding::j2k, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_FALSE(frame->missing.has_value());
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

TEST(J2kDecoder, MissingTilesAndResolutionsAreSaid) {
  auto const picture = make_picture(64, 64, 1, 8, false);
  auto const code_of_missing = [&](J2kOptions const& options, std::size_t cut) {
    auto const bytes = encode_j2k(picture, options);
    auto request = request_for(picture, Encoding::j2k, bytes);
    request.bytes = request.bytes.first(bytes.size() - cut);
    auto const frame = decode_frame(request);
    if (!frame) return frame.error().code;
    return frame->missing ? frame->missing->code : Errc::ok;
  };
  EXPECT_EQ(code_of_missing({.tile_size = 16}, 0), Errc::ok);
  EXPECT_EQ(code_of_missing({.tile_size = 16}, 2), Errc::ok);  // EOC
  EXPECT_EQ(code_of_missing({.tile_size = 16}, 400), Errc::truncated);
  EXPECT_EQ(code_of_missing({}, 400), Errc::truncated);
}

TEST(J2kDecoder, HostileStructureIsRefusedBeforeItIsAllocated) {
  auto const picture = make_picture(512, 512, 1, 8, false);
  auto bytes = encode_j2k(picture, {.precinct_size = 256});
  auto const code_with = [&](std::size_t offset, std::initializer_list<unsigned> values) {
    auto mutated = bytes;
    for (unsigned const value : values) mutated[offset++] = static_cast<std::byte>(value);
    return code_of(request_for(picture, Encoding::j2k, mutated));
  };
  ASSERT_EQ(code_of(request_for(picture, Encoding::j2k, bytes)), Errc::ok);
  // SIZ: tiles of 1 x 2 pixels are more than 65535, of 4 x 4 more than any writer makes.
  EXPECT_EQ(code_with(24, {0, 0, 0, 1, 0, 0, 0, 2}), Errc::corrupt);
  EXPECT_EQ(code_with(24, {0, 0, 0, 4, 0, 0, 0, 4}), Errc::limit_exceeded);
  // COD follows SIZ (2 + 2 + 41): flags at 49, layers at 51, precincts from 59.
  ASSERT_EQ(bytes[46], std::byte{0x52});
  EXPECT_EQ(code_with(59, {0x11, 0x11, 0x11, 0x11}), Errc::limit_exceeded);
  // 65535 layers: with few precincts the packets are just not there; with many, no table is made.
  auto layers = bytes;
  layers[51] = layers[52] = std::byte{0xff};
  auto const frame = decode_frame(request_for(picture, Encoding::j2k, layers));
  EXPECT_TRUE(!frame || frame->missing);
  EXPECT_EQ(code_with(51, {0xff, 0xff, 0, 3, 4, 4, 0, 1, 0x66, 0x55, 0x55, 0x55}),
            Errc::limit_exceeded);
  EXPECT_EQ(code_with(59, {0x88, 0x88, 0x88, 0x08}), Errc::corrupt);
}

/// Found by j2k_fuzz: the library took 4 GB for it.
TEST(J2kDecoder, ACutTilePartDoesNotSayHowMuchIsAllocated) {
  auto const picture = make_picture(64, 64, 1, 8, false);
  auto bytes = encode_j2k(picture, {});
  auto const sot = std::ranges::search(bytes, std::array{std::byte{0xff}, std::byte{0x90}});
  ASSERT_FALSE(sot.empty());
  std::ranges::fill(sot.begin() + 6, sot.begin() + 10, std::byte{0xee});  // Psot
  bytes.resize(bytes.size() - 2);                                         // EOC
  EXPECT_EQ(code_of(request_for(picture, Encoding::j2k, bytes)), Errc::limit_exceeded);
}

}  // namespace
}  // namespace sightline::codec
