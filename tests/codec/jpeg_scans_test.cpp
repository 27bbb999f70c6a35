// Pictures of several scans: where their coefficients are let go of row by row, all is as where the
// library keeps them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "codec/frame_decoder.hpp"
#include "codec/jpeg_ijg.hpp"
#include "jpeg_encoder.hpp"

namespace sightline::codec {
namespace {

using Bytes = std::vector<std::byte>;
using test::encode_jpeg8;
using test::JpegOptions;
using test::make_picture;
using test::Picture;
using test::request_for;

constexpr std::byte kPrefix{0xff}, kSof0{0xc0}, kSof2{0xc2}, kDht{0xc4}, kEoi{0xd9}, kSos{0xda};

/// How often each was the answer.
struct Answers {
  int whole = 0, partial = 0, refused = 0;
};

/// One way and the other say and give the same, in and below decode_frame.
void compare(Picture const& picture, Bytes const& bytes, Answers& answers) {
  auto request = request_for(picture, Encoding::jpeg, bytes);
  auto const ours = decode_frame(request);
  request.by_library = true;
  auto const theirs = decode_frame(request);
  ASSERT_EQ(ours.has_value(), theirs.has_value());
  ++(!ours ? answers.refused : ours->missing ? answers.partial : answers.whole);
  if (!ours) {
    EXPECT_EQ(ours.error().code, theirs.error().code);
    EXPECT_EQ(ours.error().detail, theirs.error().detail);
    return;
  }
  ASSERT_EQ(ours->missing.has_value(), theirs->missing.has_value());
  if (ours->missing) {
    EXPECT_EQ(ours->missing->code, theirs->missing->code);
    EXPECT_EQ(ours->missing->whole_rows, theirs->missing->whole_rows);
  }
  EXPECT_EQ(ours->block_is_rgb, theirs->block_is_rgb);
  EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
}

/// The same of sessions, whose answers decode_frame makes its own of.
void compare_sessions(Picture const& picture, Bytes const& bytes, bool converts_to_rgb) {
  std::array<Bytes, 2> out;
  std::array<IjgOutcome, 2> outcomes;
  for (std::size_t i = 0; i < 2; ++i) {
    out[i].resize(picture.values.size());
    IjgJob job;
    job.bytes = bytes;
    job.converts_to_rgb = converts_to_rgb;
    job.rows = static_cast<std::uint16_t>(picture.rows());
    job.cols = static_cast<std::uint16_t>(picture.cols());
    job.components = picture.samples();
    job.out = &out[i];
    job.keeps_all_coefficients = i == 1;
    outcomes[i] = decode_ijg8(job);
  }
  EXPECT_EQ(outcomes[0].code, outcomes[1].code);
  EXPECT_EQ(outcomes[0].rows, outcomes[1].rows);
  EXPECT_EQ(outcomes[0].is_coarse, outcomes[1].is_coarse);
  EXPECT_EQ(out[0], out[1]);
}

struct Stream {
  Picture picture;
  Bytes bytes;
};

Stream stream_of(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples,
                 JpegOptions const& options) {
  Stream stream{make_picture(rows, cols, samples, 8, false), {}};
  stream.bytes = encode_jpeg8(stream.picture, options);
  if (samples == 3) stream.picture.format.photometric = Photometric::ybr_full;
  return stream;
}

/// Of all kinds.
std::vector<Stream> streams(std::uint32_t rows, std::uint32_t cols) {
  std::vector<Stream> all;
  for (int const restart_rows : {0, 2}) {
    JpegOptions options{.progressive = true, .restart_rows = restart_rows};
    all.push_back(stream_of(rows, cols, 1, options));
    options.quality = 30;
    all.push_back(stream_of(rows, cols, 3, options));
    for (bool const by_component : {false, true})
      for (auto const& [step, row_step] : {std::pair{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}}) {
        options.progressive = !by_component;
        options.by_component = by_component;
        options.ycc = true;
        options.chroma_step = step;
        options.chroma_row_step = row_step;
        all.push_back(stream_of(rows, cols, 3, options));
      }
  }
  return all;
}

/// Where markers of a kind are.
std::vector<std::size_t> places_of(Bytes const& bytes, std::byte code) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i)
    if (bytes[i] == kPrefix && bytes[i + 1] == code) places.push_back(i);
  return places;
}

/// Hi and Vi of each component: behind SOF, its length, P, Y, X, Nf and Ci.
std::vector<std::size_t> places_of_factors(Stream const& stream) {
  auto places = places_of(stream.bytes, kSof2);
  if (places.empty()) places = places_of(stream.bytes, kSof0);
  std::vector<std::size_t> factors;
  for (std::size_t i = 0; i < stream.picture.samples(); ++i)
    factors.push_back(places.front() + 11 + 3 * i);
  return factors;
}

TEST(JpegScans, EverySizeAndArrangementIsTheLibrarys) {
  Answers answers;
  for (auto const& [rows, cols] :
       {std::pair{1u, 1u}, {1u, 40u}, {40u, 1u}, {8u, 8u}, {9u, 17u}, {33u, 31u}, {70u, 52u}})
    for (Stream const& stream : streams(rows, cols)) {
      SCOPED_TRACE(testing::Message() << rows << " x " << cols);
      compare(stream.picture, stream.bytes, answers);
      for (bool const converts : {false, true})
        compare_sessions(stream.picture, stream.bytes, converts && stream.picture.samples() == 3);
    }
  EXPECT_EQ(answers.whole, 7 * 24);
}

/// Of one component they change nothing but how many rows of blocks are asked for at a time; of
/// several the bits mean something else.
TEST(JpegScans, EverySamplingFactorIsTheLibrarys) {
  Answers answers;
  for (Stream stream : streams(50, 45)) {
    auto const factors = places_of_factors(stream);
    for (int across = 1; across <= 4; ++across)
      for (int down = 1; down <= 4; ++down)
        for (std::size_t count = 1; count <= factors.size(); ++count) {
          for (std::size_t i = 0; i < count; ++i)
            stream.bytes[factors[i]] = static_cast<std::byte>(across << 4 | down);
          compare(stream.picture, stream.bytes, answers);
        }
  }
  EXPECT_GT(answers.whole, 32);
  EXPECT_GT(answers.partial, 100);
  EXPECT_GT(answers.refused, 10);
}

/// Blocks whose samples are not all one value, of a grey picture.
std::size_t uneven_blocks(SampleBlock const& block) {
  std::size_t uneven = 0;
  for (std::size_t row = 0; row < block.rows; row += 8)
    for (std::size_t col = 0; col + 8 <= block.cols; col += 8) {
      auto const first = block.bytes.begin() + static_cast<std::ptrdiff_t>(row * block.cols + col);
      if (std::any_of(first, first + 8, [&](std::byte each) { return each != *first; })) ++uneven;
    }
  return uneven;
}

/// Scans that are not there yet: AC is told by the DC of the blocks around, of rows above and below
/// too. ISO/IEC 10918-1 K.8.
TEST(JpegScans, SmoothingReadsTheRowsAboveAndBelow) {
  Answers answers;
  for (Stream const& stream : streams(70, 52)) {
    auto const scans = places_of(stream.bytes, kSos);
    for (std::size_t count = 1; count < scans.size(); ++count) {
      Bytes bytes(stream.bytes.begin(),
                  stream.bytes.begin() + static_cast<std::ptrdiff_t>(scans[count]));
      bytes.insert(bytes.end(), {kPrefix, kEoi});
      compare(stream.picture, bytes, answers);
      compare_sessions(stream.picture, bytes, false);
      if (count > 1 || stream.picture.samples() > 1) continue;
      // DC alone: without smoothing there were none.
      auto const frame = decode_frame(request_for(stream.picture, Encoding::jpeg, bytes));
      ASSERT_TRUE(frame.has_value());
      EXPECT_GT(uneven_blocks(frame->block), 20u);
    }
  }
  EXPECT_GT(answers.whole, 100);
}

TEST(JpegScans, EveryCutIsTheLibrarys) {
  Answers answers;
  for (Stream const& stream : streams(40, 50))
    for (std::size_t size = 1; size < stream.bytes.size(); size += 3) {
      SCOPED_TRACE(size);
      Bytes const bytes(stream.bytes.begin(),
                        stream.bytes.begin() + static_cast<std::ptrdiff_t>(size));
      compare(stream.picture, bytes, answers);
    }
  EXPECT_GT(answers.partial, 2000);
  EXPECT_GT(answers.refused, 1000);
}

TEST(JpegScans, ChangedBytesAreWhatTheLibraryMakesOfThem) {
  Answers answers;
  std::uint32_t random = 3;
  auto const draw = [&](std::size_t below) {
    random = random * 1664525 + 1013904223;
    return static_cast<std::size_t>(random >> 8) % below;
  };
  for (Stream const& stream : streams(40, 50)) {
    auto const scans = places_of(stream.bytes, kSos);
    for (int round = 0; round < 200; ++round) {
      Bytes bytes = stream.bytes;
      // Half of them in the scans alone.
      std::size_t const first = round % 2 == 0 ? scans.front() + 14 : 0;
      for (int i = 0; i < 1 + round % 3; ++i)
        bytes[first + draw(bytes.size() - first)] = static_cast<std::byte>(draw(256));
      compare(stream.picture, bytes, answers);
      compare_sessions(stream.picture, bytes, false);
    }
  }
  EXPECT_GT(answers.whole, 100);
  EXPECT_GT(answers.partial, 1000);
  EXPECT_GT(answers.refused, 100);
}

/// Scans in another order, twice, or not at all.
TEST(JpegScans, ScansInAnyOrderAreTheLibrarys) {
  Answers answers;
  for (Stream const& stream : streams(40, 50)) {
    auto places = places_of(stream.bytes, kDht);
    auto const scans = places_of(stream.bytes, kSos);
    places.insert(places.end(), scans.begin(), scans.end());
    std::ranges::sort(places);
    auto const part = [&](std::size_t i) {
      std::size_t const end = i + 1 < places.size() ? places[i + 1] : stream.bytes.size() - 2;
      return std::span(stream.bytes).subspan(places[i], end - places[i]);
    };
    for (std::size_t a = 0; a < places.size(); ++a)
      for (std::size_t b = 0; b < places.size(); ++b) {
        Bytes bytes(stream.bytes.begin(),
                    stream.bytes.begin() + static_cast<std::ptrdiff_t>(places[0]));
        for (std::size_t i = 0; i < places.size(); ++i) {
          auto const piece = part(i == a ? b : i);
          bytes.insert(bytes.end(), piece.begin(), piece.end());
        }
        bytes.insert(bytes.end(), {kPrefix, kEoi});
        compare(stream.picture, bytes, answers);
      }
  }
  EXPECT_GT(answers.whole, 100);
  EXPECT_GT(answers.partial, 100);
}

}  // namespace
}  // namespace sightline::codec
