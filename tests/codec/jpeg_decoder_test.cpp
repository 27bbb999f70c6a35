#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "codec/frame_decoder.hpp"
#include "codec/jpeg_ijg.hpp"
#include "jpeg_encoder.hpp"
#include "jpeg_lossless_plain_encoder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::encode_jpeg12;
using test::encode_jpeg16;
using test::encode_jpeg8;
using test::JpegOptions;
using test::make_picture;
using test::Picture;
using test::request_for;

Errc code_of(DecodeRequest const& request) {
  auto const frame = decode_frame(request);
  return frame ? Errc::ok : frame.error().code;
}

double mean_difference(Picture const& picture, SampleBlock const& block) {
  std::size_t const bytes = block.bits_allocated / 8;
  double sum = 0;
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    int value = 0;
    for (std::size_t b = 0; b < bytes; ++b)
      value |= std::to_integer<int>(block.bytes[i * bytes + b]) << (8 * b);
    sum += std::abs(value - picture.values[i]);
  }
  return sum / static_cast<double>(picture.values.size());
}

/// Depths between those of the three builds are coded in the next deeper one, as DCMTK does.
std::vector<std::byte> encode_lossless(Picture const& picture, int predictor) {
  JpegOptions options;
  options.lossless = true;
  options.predictor = predictor;
  unsigned const bits = picture.format.bits_stored;
  if (bits <= 8) return encode_jpeg8(picture, options);
  return bits <= 12 ? encode_jpeg12(picture, options) : encode_jpeg16(picture, options);
}

class JpegLossless : public testing::TestWithParam<std::tuple<unsigned, int, bool>> {};

TEST_P(JpegLossless, ComesBackExactly) {
  auto const [bits, predictor, is_signed] = GetParam();
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(37, 45, samples, bits, is_signed);
    auto const bytes = encode_lossless(picture, predictor);
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture));
  }
}

INSTANTIATE_TEST_SUITE_P(All, JpegLossless,
                         testing::Combine(testing::Values(8u, 10u, 12u, 14u, 16u),
                                          testing::Values(1, 2, 3, 4, 5, 6, 7), testing::Bool()));

TEST(JpegDecoder, BaselineAndProgressiveAreNear) {
  auto const picture = make_picture(100, 77, 1, 8, false);
  for (bool const progressive : {false, true}) {
    JpegOptions options;
    options.progressive = progressive;
    options.restart_rows = progressive ? 0 : 2;
    auto const bytes = encode_jpeg8(picture, options);
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_LT(mean_difference(picture, frame->block), 3.0);
  }
}

TEST(JpegDecoder, TwelveBitsAreNear) {
  auto const picture = make_picture(100, 77, 1, 12, false);
  auto const bytes = encode_jpeg12(picture, {});
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bits_allocated, 16);
  EXPECT_LT(mean_difference(picture, frame->block), 48.0);
}

TEST(JpegDecoder, ColourFollowsTheDataSetNotTheMarkers) {
  auto picture = make_picture(64, 64, 3, 8, false);
  JpegOptions options;
  options.quality = 98;
  options.writes_jfif = true;  // Makes the library guess YCbCr.
  auto const rgb = encode_jpeg8(picture, options);
  auto frame = decode_frame(request_for(picture, Encoding::jpeg, rgb));
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->block_is_rgb);
  EXPECT_LT(mean_difference(picture, frame->block), 3.0);

  options.writes_jfif = false;
  options.ycc = true;
  for (int const chroma_step : {1, 2}) {
    options.chroma_step = chroma_step;
    auto const ybr = encode_jpeg8(picture, options);
    picture.format.photometric =
        chroma_step == 1 ? Photometric::ybr_full : Photometric::ybr_full_422;
    frame = decode_frame(request_for(picture, Encoding::jpeg, ybr));
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->block_is_rgb);
    EXPECT_LT(mean_difference(picture, frame->block), chroma_step == 1 ? 4.0 : 20.0);
  }
}

TEST(JpegDecoder, DataSetAndStreamMustAgree) {
  auto const picture = make_picture(40, 50, 1, 12, false);
  auto const bytes = encode_lossless(picture, 1);
  auto request = request_for(picture, Encoding::jpeg, bytes);
  request.format.cols = 51;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.format.samples_per_pixel = 3;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.format.bits_allocated = request.format.bits_stored = 8;
  request.format.high_bit = 7;
  EXPECT_EQ(code_of(request), Errc::corrupt);
  request.format = picture.format;
  request.discard_levels = 1;
  EXPECT_EQ(code_of(request), Errc::invalid_argument);
}

TEST(JpegDecoder, AMissingEoiAloneIsNoError) {
  auto const picture = make_picture(40, 50, 1, 12, false);
  auto bytes = encode_lossless(picture, 1);
  bytes.resize(bytes.size() - 2);
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
}

/// The rows that a partial frame calls whole are those of the whole one; what follows is 0.
void expect_part(DecodedFrame const& frame, std::vector<std::byte> const& whole,
                 std::size_t row_bytes) {
  ASSERT_TRUE(frame.missing.has_value());
  EXPECT_EQ(frame.missing->code, Errc::truncated);
  if (frame.missing->whole_rows == 0) return;  // coarse: every scan that was there
  auto const end = static_cast<std::ptrdiff_t>(frame.missing->whole_rows * row_bytes);
  auto const& part = frame.block.bytes;
  ASSERT_LT(static_cast<std::size_t>(end), part.size());
  EXPECT_TRUE(std::equal(part.begin(), part.begin() + end, whole.begin()));
  EXPECT_TRUE(
      std::all_of(part.begin() + end, part.end(), [](auto b) { return b == std::byte{0}; }));
}

TEST(JpegDecoder, EveryCutIsTruncatedAndGivesTheRowsBefore) {
  auto const grey = make_picture(40, 50, 1, 16, false);
  auto const colour = make_picture(40, 50, 3, 8, false);
  std::vector<std::pair<Picture const*, std::vector<std::byte>>> const cases = {
      {&grey, encode_lossless(grey, 4)},
      {&colour, encode_jpeg8(colour, {})},
      {&colour, encode_jpeg8(colour, {.progressive = true})}};
  for (auto const& [picture, bytes] : cases) {
    auto const whole = decode_frame(request_for(*picture, Encoding::jpeg, bytes));
    ASSERT_TRUE(whole.has_value());
    int parts = 0;
    for (std::size_t size = 0; size + 16 < bytes.size(); size += size < 700 ? 1 : 29) {
      SCOPED_TRACE(size);
      auto request = request_for(*picture, Encoding::jpeg, bytes);
      request.bytes = request.bytes.first(size);
      auto const frame = decode_frame(request);
      if (!frame) {
        EXPECT_EQ(frame.error().code, Errc::truncated);
        continue;
      }
      ++parts;
      expect_part(*frame, whole->block.bytes, whole->block.bytes.size() / 40);
    }
    EXPECT_GT(parts, 5) << bytes.size();
  }
}

TEST(JpegDecoder, RowsBeforeBrokenBytesAreGiven) {
  auto const picture = make_picture(40, 50, 1, 16, false);
  auto bytes = encode_lossless(picture, 1);
  std::size_t const at = bytes.size() / 2;
  bytes[at] = std::byte{0xff};
  bytes[at + 1] = std::byte{0xd9};  // EOI in the middle of the data
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg, bytes));
  ASSERT_TRUE(frame.has_value());
  ASSERT_TRUE(frame->missing.has_value());
  EXPECT_EQ(frame->missing->code, Errc::corrupt);
  EXPECT_EQ(frame->missing->whole_rows, 0u);  // wrong bits are noticed late
  auto const whole = block_bytes(picture);
  auto const& part = frame->block.bytes;
  auto const mine = std::mismatch(part.begin(), part.end(), whole.begin()).first;
  EXPECT_GT(mine - part.begin(), 5 * 100);
  EXPECT_TRUE(std::all_of(mine, part.end(), [](auto b) { return b == std::byte{0}; }));
}

/// Quirks: the stream says of its colour what the data set's tag does not.
TEST(JpegDecoder, ColourOfStreamsWhoseTagIsWrong) {
  auto picture = make_picture(40, 50, 3, 8, false);
  auto const subsampled = encode_jpeg8(picture, {.ycc = true, .chroma_step = 2});
  picture.format.photometric = Photometric::ybr_full_422;
  auto const right = decode_frame(request_for(picture, Encoding::jpeg, subsampled));
  picture.format.photometric = Photometric::rgb;
  auto const wrong = decode_frame(request_for(picture, Encoding::jpeg, subsampled));
  ASSERT_TRUE(right && wrong);
  EXPECT_TRUE(wrong->block_is_rgb);
  EXPECT_EQ(wrong->block.bytes, right->block.bytes);

  auto rgb = encode_jpeg8(picture, {});  // Adobe's marker goes behind SOI
  auto const plain = decode_frame(request_for(picture, Encoding::jpeg, rgb));
  constexpr unsigned char kAdobe[] = {0xff, 0xee, 0,   14, 'A', 'd', 'o', 'b',
                                      'e',  0,    100, 0,  0,   0,   0,   0};
  auto const marker = std::as_bytes(std::span(kAdobe));
  rgb.insert(rgb.begin() + 2, marker.begin(), marker.end());
  picture.format.photometric = Photometric::ybr_full;
  auto const untransformed = decode_frame(request_for(picture, Encoding::jpeg, rgb));
  ASSERT_TRUE(plain && untransformed);
  EXPECT_TRUE(untransformed->block_is_rgb);
  EXPECT_EQ(untransformed->block.bytes, plain->block.bytes);
}

/// Within a level of T.871, at each depth.
TEST(JpegDecoder, LosslessYbrBecomesRgbInEachDepth) {
  constexpr std::uint32_t kSide = 24;
  std::uint32_t random = 9;
  for (unsigned precision = 2; precision <= 16; ++precision) {
    std::int32_t const most = (1 << precision) - 1, zero = 1 << (precision - 1);
    std::vector<std::vector<std::uint16_t>> planes(3);
    for (std::uint32_t i = 0; i < kSide * kSide; ++i) {
      for (auto& plane : planes) {
        random = random * 1664525 + 1013904223;
        plane.push_back(static_cast<std::uint16_t>(random >> (32 - precision)));
      }
    }
    auto const bytes =
        test::encode_plain_jpeg_lossless(planes, kSide, kSide, {.precision = precision});
    Picture picture = make_picture(kSide, kSide, 3, precision, false);
    picture.format.photometric = Photometric::ybr_full;
    for (bool const by_library : {false, true}) {
      auto request = request_for(picture, Encoding::jpeg, bytes);
      request.by_library = by_library;
      auto const frame = decode_frame(request);
      ASSERT_TRUE(frame.has_value()) << precision;
      EXPECT_TRUE(frame->block_is_rgb);
      for (std::size_t i = 0; i < planes[0].size(); ++i) {
        double const y = planes[0][i], cb = planes[1][i] - zero, cr = planes[2][i] - zero;
        double const expected[] = {
            y + 1.402 * cr, y - (0.114 * 1.772 * cb + 0.299 * 1.402 * cr) / 0.587, y + 1.772 * cb};
        for (std::size_t sample = 0; sample < 3; ++sample) {
          std::size_t const at = 3 * i + sample;
          int value = std::to_integer<int>(frame->block.bytes[precision > 8 ? 2 * at : at]);
          if (precision > 8) value |= std::to_integer<int>(frame->block.bytes[2 * at + 1]) << 8;
          EXPECT_NEAR(value, std::clamp<double>(expected[sample], 0, most), 1.0) << precision;
        }
      }
    }
  }
}

TEST(JpegDecoder, YbrIsTheLibrarysRgbWhereItHasTheDepth) {
  for (bool const is_lossless : {true, false})
    for (unsigned const bits : {8u, 12u}) {
      Picture picture = make_picture(30, 40, 3, bits, false);
      JpegOptions options;
      options.lossless = is_lossless;
      options.predictor = 4;
      options.chroma_step = is_lossless ? 1 : 2;
      auto const bytes =
          bits == 8 ? encode_jpeg8(picture, options) : encode_jpeg12(picture, options);
      picture.format.photometric = Photometric::ybr_full;
      auto const frame = decode_frame(request_for(picture, Encoding::jpeg, bytes));
      ASSERT_TRUE(frame.has_value());
      std::vector<std::byte> out(frame->block.bytes.size());
      IjgJob job;
      job.bytes = bytes;
      job.converts_to_rgb = true;
      job.rows = 30, job.cols = 40, job.components = 3;
      job.out = &out;
      job.out_sample_bytes = bits == 8 ? 1 : 2;
      ASSERT_EQ((bits == 8 ? decode_ijg8(job) : decode_ijg12(job)).code, Errc::ok);
      EXPECT_EQ(frame->block.bytes, out);
    }
}

TEST(JpegDecoder, MutationsNeverCrash) {
  auto const picture = make_picture(33, 41, 3, 8, false);
  auto const good = encode_jpeg8(picture, {.progressive = true, .ycc = true, .chroma_step = 2});
  std::uint32_t random = 7;
  for (int round = 0; round < 800; ++round) {
    auto bytes = good;
    for (int i = 0; i < 3; ++i) {
      random = random * 1664525 + 1013904223;
      bytes[(random >> 8) % bytes.size()] = static_cast<std::byte>(random & 0xff);
    }
    Errc const code = code_of(request_for(picture, Encoding::jpeg, bytes));
    EXPECT_TRUE(code == Errc::ok || code == Errc::corrupt || code == Errc::truncated ||
                code == Errc::unsupported || code == Errc::limit_exceeded)
        << errc_name(code);
  }
}

TEST(JpegDecoder, DcTablesWithImpossibleSymbolsAreRefused) {
  // The library indexes tables of sixteen entries by the symbol.
  auto const picture = make_picture(16, 16, 1, 8, false);
  for (bool const progressive : {false, true}) {
    auto const good = encode_jpeg8(picture, {.progressive = progressive});
    std::size_t dht = 0;  // DHT, length, class 0 and id 0 (DC), 16 counts, symbols
    while (!(good[dht] == std::byte{0xff} && good[dht + 1] == std::byte{0xc4})) ++dht;
    ASSERT_EQ(good[dht + 4], std::byte{0});
    for (unsigned const symbol : {16u, 17u, 255u}) {
      auto bytes = good;
      bytes[dht + 21] = static_cast<std::byte>(symbol);
      EXPECT_EQ(code_of(request_for(picture, Encoding::jpeg, bytes)), Errc::corrupt) << symbol;
    }
  }
}

TEST(JpegDecoder, ScansAreCounted) {
  auto const picture = make_picture(16, 16, 1, 8, false);
  auto bytes = encode_jpeg8(picture, {});
  for (int i = 0; i < 300; ++i) {
    bytes.push_back(std::byte{0xff});
    bytes.push_back(std::byte{0xda});
  }
  EXPECT_EQ(code_of(request_for(picture, Encoding::jpeg, bytes)), Errc::limit_exceeded);
}

}  // namespace
}  // namespace sightline::codec
