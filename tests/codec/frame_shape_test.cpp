#include "codec/frame_shape.hpp"

#include <gtest/gtest.h>

namespace sightline::codec {
namespace {

PixelFormat format_of(std::uint32_t rows, std::uint32_t cols, std::uint16_t bits_allocated) {
  PixelFormat format;
  format.rows = rows;
  format.cols = cols;
  format.bits_allocated = format.bits_stored = bits_allocated;
  format.high_bit = static_cast<std::uint16_t>(bits_allocated - 1);
  return format;
}

Errc code_of(PixelFormat const& format, Limits const& limits = kDefaultLimits) {
  auto const shape = frame_shape(format, limits);
  return shape ? Errc::ok : shape.error().code;
}

TEST(FrameShape, HoldsSizesAgainstLimitsBeforeAnyAllocation) {
  EXPECT_EQ(code_of(format_of(512, 512, 16)), Errc::ok);
  EXPECT_EQ(code_of(format_of(65535, 65535, 16)), Errc::limit_exceeded);
  EXPECT_EQ(code_of(format_of(65536, 1, 8)), Errc::limit_exceeded);
  EXPECT_EQ(code_of(format_of(0xffffffff, 0xffffffff, 32)), Errc::limit_exceeded);
  Limits small;
  small.max_frame_bytes = 99;
  EXPECT_EQ(code_of(format_of(10, 10, 8), small), Errc::limit_exceeded);
  small.max_frame_bytes = 100;
  EXPECT_EQ(code_of(format_of(10, 10, 8), small), Errc::ok);
}

TEST(FrameShape, RefusesWhatIsNoFrame) {
  EXPECT_EQ(code_of(format_of(0, 5, 8)), Errc::corrupt);
  EXPECT_EQ(code_of(format_of(5, 5, 64)), Errc::unsupported);
  EXPECT_EQ(code_of(format_of(5, 5, 12)), Errc::unsupported);
  PixelFormat format = format_of(5, 5, 16);
  format.samples_per_pixel = 4;
  EXPECT_EQ(code_of(format), Errc::unsupported);
  format = format_of(5, 5, 16);
  format.bits_stored = 0;
  EXPECT_EQ(code_of(format), Errc::corrupt);
  format.bits_stored = 12;
  format.high_bit = 10;  // Eleven bits cannot hold twelve.
  EXPECT_EQ(code_of(format), Errc::corrupt);
  format.high_bit = 16;
  EXPECT_EQ(code_of(format), Errc::corrupt);
}

TEST(FrameShape, OneBitSamplesTakeAByteEach) {
  auto const shape = frame_shape(format_of(3, 5, 1), kDefaultLimits);
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->bytes, 15u);
  EXPECT_EQ(make_block(*shape, false).bits_allocated, 8);
}

}  // namespace
}  // namespace sightline::codec
