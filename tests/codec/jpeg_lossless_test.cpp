// JPEG lossless by our decoder, held against what was encoded and against the IJG library.
#include "codec/jpeg_lossless.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "codec/frame_decoder.hpp"
#include "codec/jpeg_header.hpp"
#include "codec/jpeg_segments.hpp"
#include "jpeg_lossless_plain_encoder.hpp"

namespace sightline::codec {
namespace {

using test::encode_plain_jpeg_lossless;
using test::JpegCodes;
using test::PlainJpegLossless;
using Bytes = std::vector<std::byte>;
using Planes = std::vector<std::vector<std::uint16_t>>;

constexpr std::array kEnd = {std::byte{0xff}, std::byte{0xd9}};
constexpr std::uint16_t kGreyAndColour[] = {1, 3};

struct Shape {
  std::uint32_t rows = 1, cols = 1;
  std::uint16_t components = 1, sample_bytes = 2;
};

enum class Texture { smooth, noise, ends };

Planes make_planes(Shape const& shape, unsigned precision, Texture texture) {
  std::mt19937 random(precision * 1000 + shape.cols);
  unsigned const most = (1u << precision) - 1;
  Planes planes(shape.components);
  for (auto& plane : planes) {
    unsigned value = most / 2;
    for (std::size_t i = 0; i < std::size_t{shape.rows} * shape.cols; ++i) {
      unsigned const draw = static_cast<unsigned>(random());
      if (texture == Texture::noise) value = draw & most;
      if (texture == Texture::ends) value = (draw & 1) != 0 ? most : 0;
      if (texture == Texture::smooth) value = (value + most + 1 + draw % 7 - 3) & most;
      plane.push_back(static_cast<std::uint16_t>(value));
    }
  }
  return planes;
}

IjgJob job_of(Shape const& shape, Bytes const& bytes, Bytes& out) {
  out.assign(std::size_t{shape.rows} * shape.cols * shape.components * shape.sample_bytes,
             std::byte{0});
  IjgJob job;
  job.bytes = bytes;
  job.rows = static_cast<std::uint16_t>(shape.rows);
  job.cols = static_cast<std::uint16_t>(shape.cols);
  job.components = shape.components;
  job.out = &out;
  job.out_sample_bytes = shape.sample_bytes;
  return job;
}

IjgOutcome decode_by_library(IjgJob const& job, unsigned precision) {
  if (precision <= 8) return decode_ijg8(job);
  return precision <= 12 ? decode_ijg12(job) : decode_ijg16(job);
}

/// What the library cannot be asked: of one component with Vi over 1 it decodes as many rows at a
/// time, and begins an interval with the first of them.
bool is_beyond_library(Bytes const& bytes, IjgOutcome const& own) {
  JpegSegments segments(bytes);
  if (segments.next() != JpegSegments::Found::scan) return false;
  auto const& components = segments.components();
  // Of several scans nothing else is ours and a fault.
  if (segments.scan().components.size() < components.size() && own.code != Errc::ok) return true;
  return components.size() == 1 && components[0].down > 1;
}

/// Both say that it is broken; that its bytes are missing, the library also where a bad code is
/// among the last bytes, and none of them.
bool differ_at_end(IjgOutcome const& own, IjgOutcome const& other, Bytes const& bytes) {
  bool const has_end = std::ranges::search(bytes, kEnd).size() == kEnd.size();
  return !has_end && own.code == Errc::corrupt && other.code == Errc::truncated;
}

/// Both say and store the same, or ours leaves it. Whether it was taken, and its code.
std::optional<Errc> compare(Shape const& shape, Bytes const& bytes) {
  auto const header = read_jpeg_header(bytes);
  if (!header || !header->is_lossless || header->rows != shape.rows || header->cols != shape.cols ||
      header->precision > 8 * shape.sample_bytes)
    return std::nullopt;
  Bytes ours, theirs;
  auto const own = decode_jpeg_lossless(job_of(shape, bytes, ours));
  if (!own) return std::nullopt;
  if (is_beyond_library(bytes, *own)) return own->code;
  auto const other = decode_by_library(job_of(shape, bytes, theirs), header->precision);
  if (!differ_at_end(*own, other, bytes)) {
    EXPECT_EQ(own->code, other.code);
  }
  EXPECT_EQ(own->rows, other.rows);
  EXPECT_EQ(own->is_coarse, other.is_coarse);
  EXPECT_EQ(ours, theirs);
  return own->code;
}

/// What decoding gives: interleaved, without the bits that the point transform takes.
Bytes expected(Planes const& planes, Shape const& shape, unsigned point_transform) {
  Bytes bytes;
  for (std::size_t i = 0; i < planes[0].size(); ++i) {
    for (auto const& plane : planes) {
      unsigned const value = unsigned{plane[i]} >> point_transform << point_transform;
      for (unsigned b = 0; b < shape.sample_bytes; ++b)
        bytes.push_back(static_cast<std::byte>(b < 2 ? value >> (8 * b) & 255 : 0));
    }
  }
  return bytes;
}

void expect_whole(Shape const& shape, PlainJpegLossless const& options, Texture texture) {
  SCOPED_TRACE(testing::Message() << options.precision << " bits, predictor " << options.predictor
                                  << ", point transform " << options.point_transform
                                  << ", restarts " << options.restart_rows << ", "
                                  << shape.components << " components of " << shape.rows << " x "
                                  << shape.cols << " in " << shape.sample_bytes << " bytes");
  auto const planes = make_planes(shape, options.precision, texture);
  auto const bytes = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
  Bytes ours;
  auto const outcome = decode_jpeg_lossless(job_of(shape, bytes, ours));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->code, Errc::ok);
  EXPECT_EQ(ours, expected(planes, shape, options.point_transform));
  EXPECT_EQ(compare(shape, bytes), Errc::ok);
}

class JpegLosslessPredictor : public testing::TestWithParam<unsigned> {};

TEST_P(JpegLosslessPredictor, EveryPrecisionComesBackAndEqualsTheLibrary) {
  for (unsigned precision = 2; precision <= 16; ++precision) {
    for (Texture const texture : {Texture::smooth, Texture::noise, Texture::ends}) {
      for (std::uint16_t const components : kGreyAndColour) {
        PlainJpegLossless options;
        options.precision = precision;
        options.predictor = GetParam();
        options.restart_rows = precision % 3;
        options.codes = static_cast<JpegCodes>(precision % 3);
        auto const width = static_cast<std::uint16_t>(precision <= 8 ? 1 : 2);
        expect_whole({19, 23, components, width}, options, texture);
      }
    }
  }
}

TEST_P(JpegLosslessPredictor, PointTransformsShiftAndMoveTheFirstPrediction) {
  for (unsigned const precision : {2u, 8u, 11u, 12u, 16u}) {
    for (unsigned shift = 0; shift < precision; ++shift) {
      PlainJpegLossless options;
      options.precision = precision;
      options.predictor = GetParam();
      options.point_transform = shift;
      options.restart_rows = shift % 2 * 5;
      auto const width = static_cast<std::uint16_t>(precision <= 8 ? 1 : 2);
      expect_whole({17, 9, 1, width}, options, Texture::noise);
    }
  }
}

TEST_P(JpegLosslessPredictor, EverySizeAndArrangement) {
  for (auto const& [rows, cols] : {std::pair{1u, 1u},
                                   {1u, 7u},
                                   {7u, 1u},
                                   {2u, 2u},
                                   {5u, 3u},
                                   {3u, 255u},
                                   {3u, 256u},
                                   {2u, 257u},
                                   {2u, 700u}}) {
    for (std::uint16_t components = 1; components <= 4; ++components) {
      for (bool const by_component : {false, true}) {
        for (bool const is_other : {false, true}) {
          PlainJpegLossless options;
          options.precision = 8 + components % 3 * 4;
          options.predictor = GetParam();
          options.by_component = by_component;
          options.tables_differ = is_other;
          options.last_component_first = is_other;
          options.restart_rows = is_other ? 1 : 0;
          options.codes = is_other ? JpegCodes::long_first : JpegCodes::short_first;
          options.fill_bytes = components % 2;
          auto const width = static_cast<std::uint16_t>(options.precision <= 8 ? 1 : 2);
          expect_whole({rows, cols, components, width}, options, Texture::noise);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, JpegLosslessPredictor, testing::Range(1u, 8u));

TEST(JpegLosslessDecoder, WiderSamplesHaveTheSameValues) {
  for (unsigned const precision : {8u, 12u, 16u}) {
    for (std::uint16_t const width : {std::uint16_t{2}, std::uint16_t{4}}) {
      PlainJpegLossless options;
      options.precision = precision;
      options.predictor = 6;
      expect_whole({20, 33, 3, width}, options, Texture::noise);
    }
  }
}

/// More restart markers than there are numbers of them.
TEST(JpegLosslessDecoder, RestartMarkersCountToSevenAndBegin) {
  PlainJpegLossless options;
  options.restart_rows = 1;
  options.predictor = 7;
  expect_whole({40, 12, 1, 2}, options, Texture::smooth);
}

TEST(JpegLosslessDecoder, DifferencesOf32768) {
  Shape const shape{4, 5, 1, 2};
  Planes planes(1);
  for (unsigned i = 0; i < 20; ++i)
    planes[0].push_back(static_cast<std::uint16_t>(i % 2 == 0 ? 0 : 0x8000));
  for (JpegCodes const codes : {JpegCodes::short_first, JpegCodes::long_first, JpegCodes::flat}) {
    PlainJpegLossless options;
    options.codes = codes;
    auto const bytes = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
    Bytes ours;
    auto const outcome = decode_jpeg_lossless(job_of(shape, bytes, ours));
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->code, Errc::ok);
    EXPECT_EQ(ours, expected(planes, shape, 0));
  }
}

/// SOF3, its length, P, Y, X, Nf, C1: then the factors.
std::size_t factors_at(Bytes const& bytes) {
  constexpr std::byte kSof3[] = {std::byte{0xff}, std::byte{0xc3}};
  return static_cast<std::size_t>(std::ranges::search(bytes, kSof3).begin() - bytes.begin()) + 11;
}

/// A.2.2: of one component alone they say nothing.
TEST(JpegLosslessDecoder, OneComponentsSamplingFactorsSayNothing) {
  Shape const shape{9, 7, 1, 2};
  auto const planes = make_planes(shape, 16, Texture::noise);
  for (unsigned const restart_rows : {0u, 1u, 3u}) {
    PlainJpegLossless options;
    options.predictor = 5;
    options.restart_rows = restart_rows;
    auto bytes = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
    for (unsigned const factors : {0x21u, 0x12u, 0x22u, 0x44u}) {
      bytes[factors_at(bytes)] = static_cast<std::byte>(factors);
      Bytes ours, theirs;
      auto const outcome = decode_jpeg_lossless(job_of(shape, bytes, ours));
      ASSERT_TRUE(outcome.has_value());
      EXPECT_EQ(outcome->code, Errc::ok);
      EXPECT_EQ(ours, expected(planes, shape, 0));
      if (restart_rows != 0) continue;
      EXPECT_EQ(decode_ijg16(job_of(shape, bytes, theirs)).code, Errc::ok);
      EXPECT_EQ(ours, theirs);
    }
    for (unsigned const factors : {0x01u, 0x10u, 0x15u, 0x51u}) {
      bytes[factors_at(bytes)] = static_cast<std::byte>(factors);
      EXPECT_EQ(compare(shape, bytes), Errc::corrupt);
    }
  }
}

TEST(JpegLosslessDecoder, SubsampledComponentsAreLeftToTheLibrary) {
  Shape const shape{8, 8, 3, 1};
  PlainJpegLossless options;
  options.precision = 8;
  auto bytes = encode_plain_jpeg_lossless(make_planes(shape, 8, Texture::smooth), shape.rows,
                                          shape.cols, options);
  bytes[factors_at(bytes)] = std::byte{0x21};
  Bytes out;
  EXPECT_FALSE(decode_jpeg_lossless(job_of(shape, bytes, out)).has_value());
}

/// Where a scan says its point transform; of the first scan, or of that many behind it.
std::size_t point_transform_at(Bytes const& bytes, int scan) {
  constexpr std::byte kSos[] = {std::byte{0xff}, std::byte{0xda}};
  auto at = std::ranges::search(bytes, kSos).begin();
  for (int i = 0; i < scan; ++i)
    at = std::ranges::search(std::ranges::subrange(at + 2, bytes.end()), kSos).begin();
  auto const components = std::to_integer<std::ptrdiff_t>(at[4]);
  return static_cast<std::size_t>(at - bytes.begin() + 7 + 2 * components);
}

/// H.1.2.1: the first prediction is 2^(P - Pt - 1), so that a bit is left. The library would shift
/// by a negative number.
TEST(JpegLosslessDecoder, APointTransformOfAllBitsIsRefused) {
  for (unsigned const precision : {2u, 8u, 9u, 12u, 13u, 15u}) {
    Shape const shape{4, 4, 1, static_cast<std::uint16_t>(precision > 8 ? 2 : 1)};
    PlainJpegLossless options;
    options.precision = precision;
    options.has_end = false;
    auto const planes = make_planes(shape, precision, Texture::smooth);
    auto bytes = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
    for (unsigned shift = precision; shift <= 15; ++shift) {
      bytes[point_transform_at(bytes, 0)] = static_cast<std::byte>(shift);
      EXPECT_EQ(compare(shape, bytes), Errc::corrupt) << precision << ' ' << shift;
      Bytes out;
      EXPECT_EQ(decode_by_library(job_of(shape, bytes, out), precision).rows, 0u);
    }
    bytes[point_transform_at(bytes, 0)] = static_cast<std::byte>(precision - 1);
    EXPECT_EQ(compare(shape, bytes), Errc::ok) << precision;
  }
}

/// Of streams that are the library's: sampling factors, and several scans.
TEST(JpegLosslessDecoder, APointTransformOfAllBitsIsRefusedByTheLibraryToo) {
  Shape const shape{8, 8, 3, 1};
  PlainJpegLossless options;
  options.precision = 8;
  auto const planes = make_planes(shape, 8, Texture::smooth);
  auto subsampled = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
  subsampled[factors_at(subsampled)] = std::byte{0x21};
  subsampled[point_transform_at(subsampled, 0)] = std::byte{8};
  options.by_component = true;
  auto const scans = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
  std::vector<Bytes> streams = {subsampled, scans, scans, scans};
  for (int scan = 0; scan < 3; ++scan) {
    auto& bytes = streams[static_cast<std::size_t>(scan) + 1];
    bytes[point_transform_at(bytes, scan)] = std::byte{9};
  }
  for (Bytes const& bytes : streams) {
    Bytes out;
    EXPECT_FALSE(decode_jpeg_lossless(job_of(shape, bytes, out)));
    auto const outcome = decode_ijg8(job_of(shape, bytes, out));
    EXPECT_EQ(outcome.code, Errc::corrupt);
    EXPECT_EQ(outcome.rows, 0u);
  }
}

struct Stream {
  Shape shape;
  PlainJpegLossless options;
  Bytes bytes;
};

/// Some of all kinds, small.
std::vector<Stream> streams() {
  std::vector<Stream> all;
  unsigned number = 0;
  auto const add = [&](std::uint16_t components, unsigned precision, bool by_component) {
    PlainJpegLossless options;
    options.precision = precision;
    options.predictor = ++number % 7 + 1;
    options.restart_rows = number % 2 * 3;
    options.by_component = by_component;
    options.codes = static_cast<JpegCodes>(number % 3);
    options.tables_differ = number % 4 < 2;
    options.has_end = number % 5 != 0;
    Shape const shape{11, 13, components, static_cast<std::uint16_t>(precision <= 8 ? 1 : 2)};
    auto const planes = make_planes(shape, precision, Texture::smooth);
    all.push_back(
        {shape, options, encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options)});
  };
  for (unsigned const precision : {7u, 8u, 12u, 14u, 16u}) {
    add(1, precision, false);
    add(3, precision, false);
    add(3, precision, true);
  }
  return all;
}

TEST(JpegLosslessDecoder, EveryCutIsWhatTheLibrarySaysOfIt) {
  std::size_t parts = 0;
  for (auto const& [shape, options, bytes] : streams()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      SCOPED_TRACE(testing::Message() << options.predictor << ", cut at " << size);
      auto const cut = Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      if (compare(shape, cut) == Errc::truncated) ++parts;
    }
  }
  EXPECT_GT(parts, 1000u);
}

/// One of several scans: left to the library, whatever of it ours has stored.
TEST(JpegLosslessDecoder, SeveralScansThatAreCutAreWhatTheLibraryMakesOfThem) {
  Shape const shape{11, 13, 3, 1};
  PlainJpegLossless options;
  options.precision = 8;
  options.by_component = true;
  auto const planes = make_planes(shape, 8, Texture::smooth);
  auto const bytes = encode_plain_jpeg_lossless(planes, shape.rows, shape.cols, options);
  std::size_t parts = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    DecodeRequest request;
    request.encoding = Encoding::jpeg;
    request.format.rows = shape.rows, request.format.cols = shape.cols;
    request.format.samples_per_pixel = 3;
    request.format.bits_allocated = request.format.bits_stored = 8;
    request.format.high_bit = 7;
    request.format.photometric = Photometric::rgb;
    request.bytes = std::span(bytes).first(size);
    auto const ours = decode_frame(request);
    request.by_library = true;
    auto const theirs = decode_frame(request);
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << size;
    if (!ours) continue;
    EXPECT_EQ(ours->block.bytes, theirs->block.bytes) << size;
    ASSERT_TRUE(ours->missing && theirs->missing) << size;
    EXPECT_EQ(ours->missing->code, theirs->missing->code) << size;
    EXPECT_EQ(ours->missing->whole_rows, theirs->missing->whole_rows) << size;
    ++parts;
  }
  EXPECT_GT(parts, 50u);
}

TEST(JpegLosslessDecoder, ChangedBytesAreWhatTheLibrarySaysOfThem) {
  std::mt19937 random(5);
  std::size_t whole = 0, broken = 0;
  for (auto const& [shape, options, bytes] : streams()) {
    for (int round = 0; round < 4000; ++round) {
      Bytes changed = bytes;
      for (int i = 0; i <= round % 3; ++i) {
        // Half of the hits go to the headers.
        std::size_t const reach = round % 2 == 0 ? bytes.size() : std::size_t{110};
        auto& byte = changed[random() % std::min(reach, bytes.size())];
        byte = round % 5 == 0 ? static_cast<std::byte>(random() % 2 == 0 ? 0xff : random() & 255)
                              : byte ^ std::byte{1} << (random() % 8);
      }
      SCOPED_TRACE(testing::Message() << options.predictor << ", round " << round);
      auto const code = compare(shape, changed);
      if (code == Errc::ok) ++whole;
      if (code == Errc::corrupt) ++broken;
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(whole, 5000u);
  EXPECT_GT(broken, 1000u);
}

}  // namespace
}  // namespace sightline::codec
