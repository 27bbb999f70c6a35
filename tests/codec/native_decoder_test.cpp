#include <gtest/gtest.h>

#include "codec/frame_decoder.hpp"
#include "picture.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::make_picture;
using test::request_for;

std::vector<std::byte> bytes_of(std::initializer_list<unsigned> values) {
  std::vector<std::byte> bytes;
  for (unsigned const value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

PixelFormat grey(std::uint32_t rows, std::uint32_t cols, std::uint16_t allocated,
                 std::uint16_t stored, std::uint16_t high_bit, bool is_signed) {
  PixelFormat format;
  format.rows = rows;
  format.cols = cols;
  format.bits_allocated = allocated;
  format.bits_stored = stored;
  format.high_bit = high_bit;
  format.is_signed = is_signed;
  return format;
}

Result<DecodedFrame> decode(PixelFormat const& format, std::vector<std::byte> const& bytes,
                            Encoding encoding = Encoding::native) {
  DecodeRequest request;
  request.encoding = encoding;
  request.format = format;
  request.bytes = bytes;
  return decode_frame(request);
}

class NativeDepths : public testing::TestWithParam<std::tuple<unsigned, bool, std::uint16_t>> {};

TEST_P(NativeDepths, WholeWordsComeBackAsTheyAre) {
  auto const [bits, is_signed, samples] = GetParam();
  auto const picture = make_picture(7, 10, samples, bits, is_signed);
  auto const bytes = block_bytes(picture);
  auto const frame = decode_frame(request_for(picture, Encoding::native, bytes));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes);
  EXPECT_EQ(frame->block.rows, 7u);
  EXPECT_EQ(frame->block.cols, 10u);
  EXPECT_EQ(frame->block.samples, samples);
}

INSTANTIATE_TEST_SUITE_P(All, NativeDepths,
                         testing::Combine(testing::Values(8u, 12u, 16u, 31u), testing::Bool(),
                                          testing::Values(std::uint16_t{1}, std::uint16_t{3})));

TEST(NativeDecoder, ClearsBitsAboveHighBit) {
  // Overlay bits in 12..15, as old files have. PS3.5 8.1.1.
  auto const frame = decode(grey(1, 2, 16, 12, 11, false), bytes_of({0x34, 0xf2, 0xff, 0x1f}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({0x34, 0x02, 0xff, 0x0f}));
}

TEST(NativeDecoder, ExtendsTheSignFromHighBit) {
  auto const frame =
      decode(grey(1, 3, 16, 12, 11, true), bytes_of({0x00, 0x08, 0xff, 0x07, 0xff, 0x0f}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({0x00, 0xf8, 0xff, 0x07, 0xff, 0xff}));  // -2048 2047 -1
}

TEST(NativeDecoder, TakesTheFieldThatEndsAtHighBit) {
  auto const left = decode(grey(1, 1, 16, 12, 15, false), bytes_of({0x4f, 0x23}));
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->block.bytes, bytes_of({0x34, 0x02}));
  auto const negative = decode(grey(1, 1, 8, 4, 5, true), bytes_of({0xe3}));
  ASSERT_TRUE(negative.has_value());
  EXPECT_EQ(negative->block.bytes, bytes_of({0xf8}));  // Bits 5..2 of 1110'0011 = 1000 = -8
}

TEST(NativeDecoder, SwapsBigEndianWords) {
  auto const words =
      decode(grey(1, 2, 16, 16, 15, false), bytes_of({1, 2, 3, 4}), Encoding::native_be);
  ASSERT_TRUE(words.has_value());
  EXPECT_EQ(words->block.bytes, bytes_of({2, 1, 4, 3}));
  // 32 bits are two OW words, the less significant first.
  auto const longs =
      decode(grey(1, 1, 32, 32, 31, false), bytes_of({1, 2, 3, 4}), Encoding::native_be);
  ASSERT_TRUE(longs.has_value());
  EXPECT_EQ(longs->block.bytes, bytes_of({2, 1, 4, 3}));
  auto const bytes = decode(grey(1, 2, 8, 8, 7, false), bytes_of({1, 2}), Encoding::native_be);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(bytes->block.bytes, bytes_of({1, 2}));
}

TEST(NativeDecoder, InterleavesPlanes) {
  PixelFormat format = grey(1, 2, 16, 16, 15, false);
  format.samples_per_pixel = 3;
  format.planar_configuration = 1;
  format.photometric = Photometric::rgb;
  auto const frame = decode(format, bytes_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12}));
  EXPECT_TRUE(frame->block_is_rgb);
}

/// dcm4che's ColorSubsampling.YBR_XXX_420: even rows Y Y Cb Cr, odd rows Y Y.
TEST(NativeDecoder, SpreadsPacked420AndLeavesItYbr) {
  PixelFormat format = grey(2, 4, 8, 8, 7, false);
  format.samples_per_pixel = 3;
  format.photometric = Photometric::ybr_partial_420;
  auto const packed = bytes_of({10, 11, 100, 200, 12, 13, 101, 201, 20, 21, 22, 23});
  auto const frame = decode(format, packed);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({10, 100, 200, 11, 100, 200, 12, 101, 201, 13, 101, 201,
                                          20, 100, 200, 21, 100, 200, 22, 101, 201, 23, 101, 201}));
  EXPECT_FALSE(frame->block_is_rgb);
  EXPECT_FALSE(frame->missing);
  auto const cut = decode(format, bytes_of({10, 11, 100, 200, 12, 13, 101, 201}));
  ASSERT_TRUE(cut.has_value());
  EXPECT_TRUE(cut->missing);
  auto const full = decode(format, std::vector<std::byte>(24, std::byte{7}));
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->block.bytes, std::vector<std::byte>(24, std::byte{7})) << "quirk";
  format.rows = 1;
  EXPECT_EQ(decode(format, bytes_of({1, 2, 3, 4, 5, 6})).error().code, Errc::corrupt);
}

TEST(NativeDecoder, SpreadsPacked422AndLeavesItYbr) {
  PixelFormat format = grey(1, 4, 8, 8, 7, false);
  format.samples_per_pixel = 3;
  format.photometric = Photometric::ybr_full_422;
  auto const frame = decode(format, bytes_of({10, 11, 100, 200, 12, 13, 101, 201}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({10, 100, 200, 11, 100, 200, 12, 101, 201, 13, 101, 201}));
  EXPECT_FALSE(frame->block_is_rgb);
  // The same photometric interpretation with three samples for each pixel: quirk.
  auto const full = decode(format, bytes_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->block.bytes, bytes_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  format.cols = 3;
  EXPECT_EQ(decode(format, bytes_of({1, 2, 3, 4, 5, 6})).error().code, Errc::corrupt);
}

TEST(NativeDecoder, UnpacksBitsFromTheLeastSignificant) {
  auto const frame = decode(grey(2, 5, 1, 1, 0, false), bytes_of({0b10110001, 0b11111110}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({1, 0, 0, 0, 1, 1, 0, 1, 0, 1}));
  EXPECT_EQ(frame->block.bits_allocated, 8);
}

/// Quirk: files that were decompressed and still say what the codestream was.
TEST(NativeDecoder, TheCodestreamsTagMeansRgb) {
  PixelFormat format = grey(1, 1, 8, 8, 7, false);
  format.samples_per_pixel = 3;
  for (auto const photometric : {Photometric::ybr_rct, Photometric::ybr_ict}) {
    format.photometric = photometric;
    EXPECT_TRUE(decode(format, bytes_of({1, 2, 3}))->block_is_rgb);
  }
  format.photometric = Photometric::ybr_full;
  EXPECT_FALSE(decode(format, bytes_of({1, 2, 3}))->block_is_rgb);
}

TEST(NativeDecoder, ShortInputIsFilledUpAndSaidToBeShort) {
  auto const frame = decode(grey(2, 2, 16, 16, 15, false), bytes_of({1, 2, 3, 4, 5}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({1, 2, 3, 4, 5, 0, 0, 0}));
  ASSERT_TRUE(frame->missing.has_value());
  EXPECT_EQ(frame->missing->code, Errc::truncated);
  EXPECT_EQ(frame->missing->whole_rows, 1u);
  auto const bits = decode(grey(3, 3, 1, 1, 0, false), bytes_of({0b11}));
  ASSERT_TRUE(bits.has_value());
  EXPECT_EQ(bits->block.bytes, bytes_of({1, 1, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(bits->missing->whole_rows, 1u);  // a byte of two: half of three rows
  EXPECT_EQ(decode(grey(2, 2, 16, 16, 15, false), {}).error().code, Errc::truncated);
  // What a few bytes say of their size is never allocated.
  EXPECT_EQ(decode(grey(30000, 30000, 8, 8, 7, false), std::vector<std::byte>(1000)).error().code,
            Errc::truncated);
}

TEST(NativeDecoder, ShortPlanesGiveTheSamplesThatAreThere) {
  PixelFormat format = grey(1, 2, 8, 8, 7, false);
  format.samples_per_pixel = 3;
  format.planar_configuration = 1;
  format.photometric = Photometric::rgb;
  auto const frame = decode(format, bytes_of({1, 2, 3}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->block.bytes, bytes_of({1, 3, 0, 2, 0, 0}));
  EXPECT_EQ(frame->missing->whole_rows, 0u);  // no row has all its samples
}

TEST(NativeDecoder, LongInputIsPadding) {
  auto const frame = decode(grey(1, 1, 8, 8, 7, false), bytes_of({1, 0}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_FALSE(frame->missing.has_value());
}

TEST(NativeDecoder, RealNumbersKeepEveryBit) {
  PixelFormat format = grey(1, 2, 32, 0, 0, false);
  auto const bytes = bytes_of({1, 2, 3, 4, 0, 0, 0xC0, 0x7F});  // the latter is NaN
  auto const frame = decode(format, bytes);
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->block.is_float);
  EXPECT_EQ(frame->block.bits_allocated, 32);
  EXPECT_EQ(frame->block.bytes, bytes);
  // PS3.5 7.3: OF and OD are swapped as a whole, not by words.
  auto const swapped = decode(format, bytes, Encoding::native_be);
  ASSERT_TRUE(swapped.has_value());
  EXPECT_EQ(swapped->block.bytes, bytes_of({4, 3, 2, 1, 0x7F, 0xC0, 0, 0}));
  format = grey(1, 1, 64, 0, 0, false);
  auto const wide = decode(format, bytes, Encoding::native_be);
  ASSERT_TRUE(wide.has_value());
  EXPECT_EQ(wide->block.bytes, bytes_of({0x7F, 0xC0, 0, 0, 4, 3, 2, 1}));
  EXPECT_EQ(decode(format, bytes, Encoding::rle).error().code, Errc::unsupported);
  format.samples_per_pixel = 3;
  EXPECT_EQ(decode(format, bytes).error().code, Errc::unsupported);
  format = grey(1, 1, 64, 64, 63, false);  // integers of 64 bits
  EXPECT_EQ(decode(format, bytes).error().code, Errc::unsupported);
}

TEST(NativeDecoder, HasOneLevel) {
  auto const picture = make_picture(4, 4, 1, 8, false);
  auto const bytes = block_bytes(picture);
  auto request = request_for(picture, Encoding::native, bytes);
  request.discard_levels = 1;
  EXPECT_EQ(decode_frame(request).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::codec
