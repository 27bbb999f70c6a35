#include <gtest/gtest.h>

#include <cstdlib>

#include "codec/frame_decoder.hpp"
#include "jpegls_encoder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::encode_jpegls;
using test::make_picture;
using test::request_for;

Errc code_of(DecodeRequest const& request) {
  auto const frame = decode_frame(request);
  return frame ? Errc::ok : frame.error().code;
}

class JpegLsDepths : public testing::TestWithParam<std::tuple<unsigned, bool>> {};

TEST_P(JpegLsDepths, GreyComesBackExactly) {
  auto const [bits, is_signed] = GetParam();
  auto const picture = make_picture(37, 45, 1, bits, is_signed);
  auto const bytes = encode_jpegls(picture, 0);
  ASSERT_FALSE(bytes.empty());
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg_ls, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

INSTANTIATE_TEST_SUITE_P(All, JpegLsDepths,
                         testing::Combine(testing::Values(8u, 10u, 12u, 15u, 16u),
                                          testing::Bool()));

TEST(JpegLsDecoder, EveryInterleaveModeComesBackExactly) {
  auto const picture = make_picture(37, 45, 3, 8, false);
  for (int interleave = 0; interleave <= 2; ++interleave) {
    auto const bytes = encode_jpegls(picture, interleave);
    ASSERT_FALSE(bytes.empty()) << interleave;
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_ls, bytes));
    ASSERT_TRUE(frame.has_value()) << interleave << ' ' << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << interleave;
    EXPECT_TRUE(frame->block_is_rgb);
  }
}

TEST(JpegLsDecoder, EightBitsInSixteenAllocated) {
  auto picture = make_picture(37, 45, 1, 8, false);
  auto const bytes = encode_jpegls(picture, 0);
  picture.format.bits_allocated = 16;
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg_ls, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

TEST(JpegLsDecoder, NearLosslessKeepsItsBound) {
  auto const picture = make_picture(37, 45, 1, 12, false);
  auto const bytes = encode_jpegls(picture, 0, 5);
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg_ls, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  int most = 0;
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    int const value = std::to_integer<int>(frame->block.bytes[2 * i]) |
                      std::to_integer<int>(frame->block.bytes[2 * i + 1]) << 8;
    most = std::max(most, std::abs(value - picture.values[i]));
  }
  EXPECT_LE(most, 5);
  EXPECT_GT(most, 0);
}

TEST(JpegLsDecoder, DataSetAndStreamMustAgree) {
  auto const picture = make_picture(37, 45, 1, 12, false);
  auto const bytes = encode_jpegls(picture, 0);
  auto request = request_for(picture, Encoding::jpeg_ls, bytes);
  request.format.rows = 36;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.format.samples_per_pixel = 3;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.format.bits_allocated = request.format.bits_stored = 8;
  request.format.high_bit = 7;
  EXPECT_EQ(code_of(request), Errc::corrupt);
}

TEST(JpegLsDecoder, EveryCutIsTruncatedAndGivesTheLinesBefore) {
  auto const picture = make_picture(37, 45, 3, 8, false);
  for (int interleave = 0; interleave <= 2; ++interleave) {
    auto const bytes = encode_jpegls(picture, interleave);
    auto const whole = block_bytes(picture);
    int parts = 0;
    for (std::size_t size = 0; size + 16 < bytes.size(); size += 3) {
      auto request = request_for(picture, Encoding::jpeg_ls, bytes);
      request.bytes = request.bytes.first(size);
      SCOPED_TRACE(testing::Message() << interleave << ' ' << size);
      auto const frame = decode_frame(request);
      if (!frame) {
        EXPECT_EQ(frame.error().code, Errc::truncated);
        continue;
      }
      ++parts;
      ASSERT_TRUE(frame->missing.has_value());
      EXPECT_EQ(frame->missing->code, Errc::truncated);
      for (std::size_t i = 0; i < whole.size(); ++i) {
        ASSERT_TRUE(frame->block.bytes[i] == whole[i] || frame->block.bytes[i] == std::byte{0})
            << i;
      }
    }
    EXPECT_GT(parts, 100);
  }
}

TEST(JpegLsDecoder, MutationsNeverCrash) {
  auto const picture = make_picture(33, 41, 3, 8, false);
  std::uint32_t random = 7;
  for (int round = 0; round < 1500; ++round) {
    auto bytes = encode_jpegls(picture, round % 3);
    for (int i = 0; i < 3; ++i) {
      random = random * 1664525 + 1013904223;
      // Half of the hits go to the header.
      std::size_t const reach = i == 0 ? 40 : bytes.size();
      bytes[(random >> 8) % reach] = static_cast<std::byte>(random & 0xff);
    }
    Errc const code = code_of(request_for(picture, Encoding::jpeg_ls, bytes));
    EXPECT_TRUE(code == Errc::ok || code == Errc::corrupt || code == Errc::truncated ||
                code == Errc::unsupported || code == Errc::limit_exceeded)
        << errc_name(code);
  }
}

}  // namespace
}  // namespace sightline::codec
