// RLE, JPEG-LS and JPEG 2000 by our encoders, read by the decoders that are proven elsewhere.
#include <gtest/gtest.h>

#include "codec/frame_decoder.hpp"
#include "codec/j2k_encoder.hpp"
#include "codec/jpegls_encoder.hpp"
#include "codec/rle_encoder.hpp"
#include "picture.hpp"

namespace sightline::codec {
namespace {

using test::Picture;

struct Shape {
  std::uint32_t rows, cols;
  std::uint16_t samples;
  unsigned bits;
  bool is_signed;
};
constexpr Shape kShapes[] = {{64, 90, 1, 16, false}, {33, 17, 1, 12, true},  {40, 41, 3, 8, false},
                             {1, 9, 1, 10, false},   {9, 1, 1, 8, false},    {1, 1, 1, 16, true},
                             {300, 21, 1, 8, false}, {20, 20, 3, 16, false}, {20, 20, 1, 7, true}};

SampleBlock block_of(Picture const& picture) {
  return {picture.rows(),           picture.cols(),
          picture.samples(),        picture.format.bits_allocated,
          picture.format.is_signed, test::block_bytes(picture)};
}

template <class Encode>
void expect_kept(Encoding encoding, Encode encode) {
  for (Shape const& shape : kShapes) {
    SCOPED_TRACE(testing::Message() << shape.rows << " x " << shape.cols << " x " << shape.samples
                                    << ", " << shape.bits << " bits");
    Picture const picture =
        test::make_picture(shape.rows, shape.cols, shape.samples, shape.bits, shape.is_signed);
    auto const stream = encode(block_of(picture), picture.format.bits_stored);
    ASSERT_TRUE(stream) << stream.error().detail;
    auto const decoded = decode_frame(test::request_for(picture, encoding, *stream));
    ASSERT_TRUE(decoded) << decoded.error().detail;
    EXPECT_EQ(decoded->block.bytes, test::block_bytes(picture));
  }
}

TEST(RleEncoder, KeepsEveryValue) {
  expect_kept(Encoding::rle, [](SampleBlock const& block, unsigned) { return encode_rle(block); });
}
TEST(JpegLsEncoder, KeepsEveryValue) { expect_kept(Encoding::jpeg_ls, encode_jpegls); }
TEST(J2kEncoder, KeepsEveryValue) {
  expect_kept(Encoding::j2k, [](SampleBlock const& block, unsigned bits) {
    return encode_j2k(block, bits, block.samples == 3);
  });
}

TEST(LosslessEncoders, AValueOverTheStoredBitsIsKept) {
  Picture picture = test::make_picture(8, 8, 1, 12, false);
  picture.values[5] = 0x8001;
  SampleBlock const block = block_of(picture);
  for (Encoding const encoding : {Encoding::jpeg_ls, Encoding::j2k}) {
    auto const stream =
        encoding == Encoding::j2k ? encode_j2k(block, 12, false) : encode_jpegls(block, 12);
    ASSERT_TRUE(stream);
    auto const decoded = decode_frame(test::request_for(picture, encoding, *stream));
    ASSERT_TRUE(decoded) << decoded.error().detail;
    EXPECT_EQ(decoded->block.bytes, block.bytes);
  }
}

TEST(LosslessEncoders, RefuseWhatTheyCannotHold) {
  SampleBlock block = block_of(test::make_picture(4, 4, 1, 16, false));
  block.rows = 5;
  EXPECT_EQ(encode_rle(block).error().code, Errc::invalid_argument);
  EXPECT_EQ(encode_jpegls(block, 16).error().code, Errc::invalid_argument);
  EXPECT_EQ(encode_j2k(block, 16, false).error().code, Errc::invalid_argument);
  block.bits_allocated = 1;
  EXPECT_EQ(encode_rle(block).error().code, Errc::unsupported);
  EXPECT_EQ(encode_jpegls(block, 1).error().code, Errc::unsupported);
  EXPECT_EQ(encode_j2k(block, 1, false).error().code, Errc::unsupported);
}

/// PS3.5 G.3.1: literal runs and repeated bytes, each row by itself, segments of even length.
TEST(RleEncoder, IsWhatTheStandardSays) {
  SampleBlock block{2, 4, 1, 8, false, {}};
  for (int const value : {7, 7, 7, 7, 1, 2, 3, 3})
    block.bytes.push_back(static_cast<std::byte>(value));
  auto const stream = encode_rle(block);
  ASSERT_TRUE(stream);
  ASSERT_EQ(stream->size(), 64u + 8u);
  EXPECT_EQ(std::to_integer<int>((*stream)[0]), 1);
  EXPECT_EQ(std::to_integer<int>((*stream)[4]), 64);
  std::vector<std::byte> const body(stream->begin() + 64, stream->end());
  std::vector<std::byte> expected;
  for (int const value : {0xFD, 7, 3, 1, 2, 3, 3, 0})
    expected.push_back(static_cast<std::byte>(value));
  EXPECT_EQ(body, expected);
}

}  // namespace
}  // namespace sightline::codec
