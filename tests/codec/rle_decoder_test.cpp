#include <gtest/gtest.h>

#include "codec/frame_decoder.hpp"
#include "rle_encoder.hpp"

namespace sightline::codec {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<unsigned> values) {
  std::vector<std::byte> bytes;
  for (unsigned const value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

using test::block_bytes;
using test::encode_rle;
using test::make_picture;
using test::request_for;

std::vector<std::byte> stream_of(std::initializer_list<unsigned> segment) {
  std::vector<std::byte> bytes(64);
  bytes[0] = std::byte{1};
  bytes[4] = std::byte{64};
  for (unsigned const value : segment) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

Result<DecodedFrame> decode_row(std::uint32_t cols, std::vector<std::byte> const& bytes) {
  DecodeRequest request;
  request.encoding = Encoding::rle;
  request.format.rows = 1;
  request.format.cols = cols;
  request.format.bits_allocated = request.format.bits_stored = 8;
  request.format.high_bit = 7;
  request.bytes = bytes;
  return decode_frame(request);
}

class RleDepths : public testing::TestWithParam<std::tuple<unsigned, bool, std::uint16_t>> {};

TEST_P(RleDepths, GivesTheWritersValues) {
  auto const [bits, is_signed, samples] = GetParam();
  auto const picture = make_picture(33, 65, samples, bits, is_signed);
  auto const bytes = encode_rle(picture);
  auto const frame = decode_frame(request_for(picture, Encoding::rle, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

INSTANTIATE_TEST_SUITE_P(All, RleDepths,
                         testing::Combine(testing::Values(8u, 12u, 16u, 31u), testing::Bool(),
                                          testing::Values(std::uint16_t{1}, std::uint16_t{3})));

TEST(RleDecoder, ReadsEveryControlByte) {
  // PS3.5 G.3.2: literal of 2, no-op, run of 3.
  auto const frame = decode_row(5, stream_of({1, 7, 8, 128, 254, 9, 0}));
  ASSERT_TRUE(frame.has_value());
  std::vector<std::byte> const expected = {std::byte{7}, std::byte{8}, std::byte{9}, std::byte{9},
                                           std::byte{9}};
  EXPECT_EQ(frame->block.bytes, expected);
}

TEST(RleDecoder, ALongFrameOfOneValueIsLegal) {
  std::vector<std::byte> bytes = stream_of({});
  for (int i = 0; i < 512; ++i) {
    bytes.push_back(std::byte{129});
    bytes.push_back(std::byte{42});
  }
  // 65536 bytes: what a run has more than the plane is padding
  EXPECT_EQ(decode_row(65535, bytes)->block.bytes, std::vector<std::byte>(65535, std::byte{42}));
  bytes.resize(bytes.size() - 2);
  bytes.push_back(std::byte{130});
  bytes.push_back(std::byte{42});
  auto const frame = decode_row(65535, bytes);
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, std::vector<std::byte>(65535, std::byte{42}));
}

TEST(RleDecoder, NeverWritesPastThePlane) {
  EXPECT_EQ(decode_row(2, stream_of({253, 9}))->block.bytes, bytes_of({9, 9}));
  EXPECT_EQ(decode_row(2, stream_of({2, 1, 2, 3}))->block.bytes, bytes_of({1, 2}));
}

TEST(RleDecoder, NeverReadsPastTheSegment) {
  for (auto const& cut : {stream_of({1, 7, 8}), stream_of({4, 7, 8})}) {
    auto const frame = decode_row(5, cut);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->block.bytes, bytes_of({7, 8, 0, 0, 0}));
    ASSERT_TRUE(frame->missing.has_value());
    EXPECT_EQ(frame->missing->code, Errc::truncated);
    EXPECT_EQ(frame->missing->whole_rows, 0u);
  }
  EXPECT_EQ(decode_row(5, stream_of({254})).error().code, Errc::truncated);
}

TEST(RleDecoder, HoldsTheHeaderAgainstTheFormat) {
  auto bytes = stream_of({0, 7});
  bytes[0] = std::byte{2};  // two segments for one byte a pixel
  EXPECT_EQ(decode_row(1, bytes).error().code, Errc::corrupt);
  bytes = stream_of({0, 7});
  bytes[4] = std::byte{63};  // inside the header
  EXPECT_EQ(decode_row(1, bytes).error().code, Errc::corrupt);
  bytes[4] = std::byte{200};  // past the end
  EXPECT_FALSE(decode_row(1, bytes).has_value());
  bytes.resize(40);
  EXPECT_EQ(decode_row(1, bytes).error().code, Errc::truncated);
}

TEST(RleDecoder, UnpacksOneBitSamples) {
  DecodeRequest request;
  auto const bytes = stream_of({1, 0b00000101, 0b00000010, 0});
  request.encoding = Encoding::rle;
  request.format.rows = 2;
  request.format.cols = 5;
  request.format.bits_allocated = request.format.bits_stored = 1;
  request.format.high_bit = 0;
  request.bytes = bytes;
  auto const frame = decode_frame(request);
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  std::vector<std::byte> expected(10);
  expected[0] = expected[2] = expected[9] = std::byte{1};
  EXPECT_EQ(frame->block.bytes, expected);
}

TEST(RleDecoder, EveryCutIsAPartOrAnErrorAndNoCrash) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(20, 30, samples, samples == 1 ? 16 : 8, false);
    auto const bytes = encode_rle(picture);
    auto const whole = block_bytes(picture);
    std::size_t const pixel_bytes = whole.size() / 600;
    // The very last bytes may be padding.
    for (std::size_t size = 0; size + 4 < bytes.size(); ++size) {
      auto request = request_for(picture, Encoding::rle, bytes);
      request.bytes = request.bytes.first(size);
      auto const frame = decode_frame(request);
      if (!frame) {
        EXPECT_EQ(frame.error().code, Errc::truncated) << size;
        continue;
      }
      ASSERT_TRUE(frame->missing.has_value()) << size;
      EXPECT_EQ(frame->missing->code, Errc::truncated) << size;
      // A pixel is as it was or 0, the former first.
      std::size_t const rows = frame->missing->whole_rows * 30 * pixel_bytes;
      auto const& part = frame->block.bytes;
      std::size_t same = 0;
      while (same < part.size() && part[same] == whole[same]) ++same;
      EXPECT_GE(same, rows) << size;
      for (std::size_t at = same; at < part.size(); ++at)
        EXPECT_TRUE(part[at] == std::byte{0} || part[at] == whole[at]) << size;
    }
  }
}

}  // namespace
}  // namespace sightline::codec
