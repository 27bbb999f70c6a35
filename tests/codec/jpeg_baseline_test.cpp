#include "codec/jpeg_baseline.hpp"

#include <gtest/gtest.h>

#include "jpeg_encoder.hpp"

namespace sightline::codec {
namespace {

using test::encode_jpeg8;
using test::JpegOptions;
using test::make_picture;
using test::Picture;

IjgJob job_of(Picture const& picture, std::vector<std::byte> const& bytes, bool converts_to_rgb,
              std::vector<std::byte>& out, std::uint16_t sample_bytes = 1) {
  out.assign(picture.values.size() * sample_bytes, std::byte{0});
  IjgJob job;
  job.bytes = bytes;
  job.converts_to_rgb = converts_to_rgb;
  job.rows = static_cast<std::uint16_t>(picture.rows());
  job.cols = static_cast<std::uint16_t>(picture.cols());
  job.components = picture.samples();
  job.out = &out;
  job.out_sample_bytes = sample_bytes;
  return job;
}

/// Of a kind: waves and edges; noise over the whole range; black and white dots; one grey.
Picture picture_of_kind(int kind, std::uint32_t rows, std::uint32_t cols, std::uint16_t samples) {
  Picture picture = make_picture(rows, cols, samples, 8, false);
  std::uint32_t random = 77;
  for (auto& value : picture.values) {
    random = random * 1664525 + 1013904223;
    if (kind == 1) value = static_cast<std::int32_t>(random >> 24);
    if (kind == 2) value = random >> 31 == 0 ? 0 : 255;
    if (kind == 3) value = 200;
  }
  return picture;
}

/// Both decode it; whether ours took it.
bool is_equal_where_taken(Picture const& picture, std::vector<std::byte> const& bytes,
                          bool converts_to_rgb) {
  std::vector<std::byte> ours, theirs;
  bool const is_taken = decode_jpeg_baseline(job_of(picture, bytes, converts_to_rgb, ours));
  IjgOutcome const outcome = decode_ijg8(job_of(picture, bytes, converts_to_rgb, theirs));
  if (!is_taken) return false;
  EXPECT_EQ(outcome.code, Errc::ok);
  EXPECT_EQ(ours, theirs);
  return true;
}

class JpegBaseline : public testing::TestWithParam<int> {};

TEST_P(JpegBaseline, EqualsTheLibrary) {
  int const kind = GetParam();
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}})
    for (int const quality : {1, 30, 75, 95, 100})
      for (auto const& [chroma_step, row_step] : {std::pair{1, 1}, {2, 1}, {2, 2}})
        for (std::uint32_t const cols : {1u, 2u, 4u, 5u, 16u, 37u, 100u})
          for (int const restart_rows : {0, 1}) {
            if (samples == 1 && chroma_step != 1) continue;
            SCOPED_TRACE(testing::Message()
                         << samples << " samples, quality " << quality << ", chroma step "
                         << chroma_step << ", columns " << cols << ", restarts " << restart_rows);
            std::uint32_t const rows = cols == 37 ? 50 : (cols == 16 ? 33 : 21);
            auto const picture = picture_of_kind(kind, rows, cols, samples);
            JpegOptions options;
            options.quality = quality;
            options.ycc = samples == 3;
            options.chroma_step = chroma_step;
            options.chroma_row_step = row_step;
            options.restart_rows = restart_rows;
            auto const bytes = encode_jpeg8(picture, options);
            EXPECT_TRUE(is_equal_where_taken(picture, bytes, samples == 3));
            if (samples == 3) {
              EXPECT_TRUE(is_equal_where_taken(picture, bytes, false));
            }
          }
}

INSTANTIATE_TEST_SUITE_P(Kinds, JpegBaseline, testing::Values(0, 1, 2, 3));

TEST(JpegBaselineDecoder, WiderSamplesHaveTheSameValues) {
  auto const picture = make_picture(20, 33, 3, 8, false);
  auto const bytes = encode_jpeg8(picture, {.ycc = true, .chroma_step = 2});
  for (std::uint16_t const width : {std::uint16_t{2}, std::uint16_t{4}}) {
    std::vector<std::byte> ours, theirs;
    ASSERT_TRUE(decode_jpeg_baseline(job_of(picture, bytes, true, ours, width)));
    ASSERT_EQ(decode_ijg8(job_of(picture, bytes, true, theirs, width)).code, Errc::ok);
    EXPECT_EQ(ours, theirs);
  }
}

TEST(JpegBaselineDecoder, OtherPicturesAreLeftToTheLibrary) {
  auto const picture = make_picture(20, 33, 3, 8, false);
  std::vector<std::byte> out;
  for (JpegOptions const& options :
       {JpegOptions{.progressive = true}, JpegOptions{.lossless = true}}) {
    auto const bytes = encode_jpeg8(picture, options);
    EXPECT_FALSE(decode_jpeg_baseline(job_of(picture, bytes, false, out)));
  }
}

TEST(JpegBaselineDecoder, CutsAndChangedBytesAreLeftToTheLibraryOrEqual) {
  int taken = 0;
  std::uint32_t random = 3;
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(40, 51, samples, 8, false);
    JpegOptions options;
    options.ycc = samples == 3;
    options.chroma_step = options.chroma_row_step = samples == 3 ? 2 : 1;
    options.restart_rows = 2;
    auto const good = encode_jpeg8(picture, options);
    for (std::size_t size = 2; size < good.size(); ++size) {
      std::vector<std::byte> const cut(good.begin(),
                                       good.begin() + static_cast<std::ptrdiff_t>(size));
      (void)is_equal_where_taken(picture, cut, samples == 3);
    }
    for (int round = 0; round < 4000; ++round) {
      auto bytes = good;
      for (int i = 0; i <= round % 3; ++i) {
        random = random * 1664525 + 1013904223;
        // Half of the hits go to the tables.
        std::size_t const reach = round % 2 == 0 ? bytes.size() : 620;
        bytes[(random >> 8) % reach] ^= std::byte{1} << (random >> 4 & 7);
      }
      if (is_equal_where_taken(picture, bytes, samples == 3)) ++taken;
    }
  }
  EXPECT_GT(taken, 500);
}

}  // namespace
}  // namespace sightline::codec
