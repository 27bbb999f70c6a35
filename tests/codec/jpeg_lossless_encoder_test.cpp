// JPEG lossless by our encoder, read by the IJG library. Source: ISO/IEC 10918-1 H.
#include "codec/jpeg_lossless_encoder.hpp"

#include <gtest/gtest.h>

#include <random>

#include "codec/frame_decoder.hpp"

namespace sightline::codec {
namespace {

struct Shape {
  std::uint32_t rows, cols;
  std::uint16_t samples, bits_allocated, bits_stored;
  bool is_signed;
};

PixelFormat format_of(Shape const& shape) {
  PixelFormat format;
  format.rows = shape.rows, format.cols = shape.cols;
  format.samples_per_pixel = shape.samples;
  format.bits_allocated = shape.bits_allocated, format.bits_stored = shape.bits_stored;
  format.high_bit = static_cast<std::uint16_t>(shape.bits_stored - 1);
  format.is_signed = shape.is_signed;
  if (shape.samples == 3) format.photometric = Photometric::rgb;
  return format;
}

/// Random values of all the range, in which each difference occurs; or alternately both ends of it.
SampleBlock block_of(Shape const& shape, bool is_extreme) {
  SampleBlock block{shape.rows,           shape.cols,      shape.samples,
                    shape.bits_allocated, shape.is_signed, {}};
  std::mt19937 random(7);
  std::int32_t const least = shape.is_signed ? -(1 << (shape.bits_stored - 1)) : 0;
  std::int32_t const most = least + (1 << shape.bits_stored) - 1;
  std::size_t const count = std::size_t{shape.rows} * shape.cols * shape.samples;
  for (std::size_t i = 0; i < count; ++i) {
    auto const value = is_extreme
                           ? (i % 2 == 0 ? least : most)
                           : std::uniform_int_distribution<std::int32_t>(least, most)(random);
    block.bytes.push_back(static_cast<std::byte>(value & 0xFF));
    if (shape.bits_allocated == 16)
      block.bytes.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
  }
  return block;
}

TEST(JpegLosslessEncoder, DecodesToTheSameValues) {
  for (Shape const& shape : std::initializer_list<Shape>{{64, 300, 1, 16, 16, false},
                                                         {300, 64, 1, 16, 16, true},
                                                         {33, 17, 1, 16, 12, false},
                                                         {33, 17, 1, 16, 12, true},
                                                         {40, 40, 1, 8, 8, false},
                                                         {40, 41, 3, 8, 8, false},
                                                         {20, 20, 1, 8, 6, true},
                                                         {1, 1, 1, 16, 16, false},
                                                         {1, 9, 1, 16, 10, false},
                                                         {9, 1, 1, 8, 8, false}}) {
    for (bool const is_extreme : {false, true}) {
      SampleBlock const block = block_of(shape, is_extreme);
      auto const stream = encode_jpeg_lossless(block, shape.bits_stored);
      ASSERT_TRUE(stream);
      auto const decoded = decode_frame({codec::Encoding::jpeg, format_of(shape), *stream, 0});
      ASSERT_TRUE(decoded) << shape.bits_stored << " " << decoded.error().detail;
      EXPECT_TRUE(decoded->block.bytes == block.bytes)
          << shape.rows << " x " << shape.cols << ", " << shape.bits_stored << " bits";
    }
  }
}

TEST(JpegLosslessEncoder, AValueOverTheStoredBitsIsKept) {
  Shape const shape{2, 2, 1, 16, 16, false};
  SampleBlock block = block_of(shape, false);
  block.bytes[1] = std::byte{0x80};
  auto const stream = encode_jpeg_lossless(block, 12);
  ASSERT_TRUE(stream);
  auto const decoded = decode_frame({codec::Encoding::jpeg, format_of(shape), *stream, 0});
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->block.bytes == block.bytes);
}

TEST(JpegLosslessEncoder, OtherShapesAreRefused) {
  SampleBlock block = block_of({2, 2, 1, 16, 16, false}, false);
  block.bits_allocated = 32;
  EXPECT_EQ(encode_jpeg_lossless(block, 16).error().code, Errc::unsupported);
  block.bits_allocated = 16;
  block.rows = 3;
  EXPECT_EQ(encode_jpeg_lossless(block, 16).error().code, Errc::invalid_argument);
  block.rows = 0;
  EXPECT_EQ(encode_jpeg_lossless(block, 16).error().code, Errc::unsupported);
}

}  // namespace
}  // namespace sightline::codec
