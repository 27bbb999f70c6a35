#include "codec/jpegls_scans.hpp"

#include <gtest/gtest.h>

#include "codec/jpegls_library.hpp"
#include "jpegls_encoder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::encode_jpegls;
using test::make_picture;
using test::Picture;
using test::request_for;

/// What CharLS makes of it; empty where it refuses, or finds it broken.
std::vector<std::byte> library_bytes(DecodeRequest const& request) {
  auto const shape = frame_shape(request.format, kDefaultLimits);
  auto const header = read_jpegls_header(request.bytes);
  if (!shape || !header) return {};
  auto frame = decode_jpegls_by_library(request, *header, *shape);
  if (!frame || frame->missing) return {};
  return std::move(frame->block.bytes);
}

/// What our decoder makes of it; empty where it is left to the library.
std::vector<std::byte> our_bytes(DecodeRequest const& request) {
  auto const shape = frame_shape(request.format, kDefaultLimits);
  auto const header = read_jpegls_header(request.bytes);
  if (!shape || !header) return {};
  auto block = make_block(*shape, request.format.is_signed);
  if (!decode_jpegls_scans(*header, request.bytes, shape->sample_bytes, block.bytes)) return {};
  extend_sign(request.format, block);
  return std::move(block.bytes);
}

/// Pictures of all sorts of contexts and runs: waves, noise over the whole range, flat areas with
/// spots, and two values alone.
Picture picture_of_kind(int kind, std::uint32_t rows, std::uint32_t cols, std::uint16_t samples,
                        unsigned bits) {
  Picture picture = make_picture(rows, cols, samples, bits, false);
  std::uint32_t random = 99;
  std::int32_t const most = (1 << bits) - 1;
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    random = random * 1664525 + 1013904223;
    auto const value = static_cast<std::int32_t>(random >> 8) & most;
    if (kind == 1) picture.values[i] = value;
    if (kind == 2) picture.values[i] = random >> 25 == 0 ? value : most / 3;
    if (kind == 3) picture.values[i] = random >> 28 < 3 ? most : 0;
  }
  return picture;
}

class JpegLsScans : public testing::TestWithParam<unsigned> {};

TEST_P(JpegLsScans, EqualTheLibraryInEveryMode) {
  unsigned const bits = GetParam();
  int const most_near = std::min(255, ((1 << bits) - 1) / 2);
  for (int kind = 0; kind < 4; ++kind)
    for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}})
      for (int interleave = 0; interleave <= (samples == 3 ? 2 : 0); ++interleave)
        for (int const near : {0, 1, 3, 10, most_near})
          for (std::uint32_t const cols : {1u, 2u, 45u}) {
            if (near > most_near) continue;
            SCOPED_TRACE(testing::Message()
                         << "kind " << kind << " samples " << samples << " interleave "
                         << interleave << " near " << near << " columns " << cols);
            auto const picture = picture_of_kind(kind, 23, cols, samples, bits);
            auto const bytes = encode_jpegls(picture, interleave, near);
            ASSERT_FALSE(bytes.empty());
            auto const request = request_for(picture, Encoding::jpeg_ls, bytes);
            auto const ours = our_bytes(request);
            ASSERT_FALSE(ours.empty());
            // Between scans CharLS writes LSE, and does not read it.
            if (bits <= 12 || samples == 1 || interleave != 0) {
              EXPECT_EQ(ours, library_bytes(request));
            }
            if (near == 0) {
              EXPECT_EQ(ours, block_bytes(picture));
            }
          }
}

INSTANTIATE_TEST_SUITE_P(Depths, JpegLsScans,
                         testing::Values(6u, 7u, 8u, 9u, 10u, 12u, 13u, 14u, 15u, 16u));

TEST(JpegLsScans, LinesLongerThanTheWindowOfBits) {
  // Runs of thousands, and noise: lines of more bits than are made ready at once.
  for (int const kind : {1, 2})
    for (int interleave = 0; interleave <= 2; ++interleave) {
      auto const picture = picture_of_kind(kind, 9, 9000, 3, 16);
      auto const bytes = encode_jpegls(picture, interleave);
      EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, bytes)), block_bytes(picture));
    }
}

TEST(JpegLsScans, PresetThresholdsAreTakenAndRareParametersLeft) {
  auto const picture = picture_of_kind(0, 33, 41, 1, 12);
  auto const own = encode_jpegls(picture, 0, 0, {4095, 5, 30, 200, 64});
  EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, own)), block_bytes(picture));
  auto const reset = encode_jpegls(picture, 0, 0, {4095, 5, 30, 200, 31});
  auto const request = request_for(picture, Encoding::jpeg_ls, reset);
  EXPECT_TRUE(our_bytes(request).empty());
  EXPECT_EQ(library_bytes(request), block_bytes(picture));
}

TEST(JpegLsScans, WiderAllocatedBits) {
  auto picture = make_picture(20, 31, 1, 8, false);
  auto const bytes = encode_jpegls(picture, 0);
  for (std::uint16_t const allocated : {std::uint16_t{16}, std::uint16_t{32}}) {
    picture.format.bits_allocated = allocated;
    EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, bytes)), block_bytes(picture));
  }
}

TEST(JpegLsScans, CutsAndChangedBitsAreLeftToTheLibraryOrEqual) {
  auto const picture = make_picture(21, 37, 3, 8, false);
  std::uint32_t random = 5;
  int taken = 0;
  for (int interleave = 0; interleave <= 2; ++interleave) {
    auto const good = encode_jpegls(picture, interleave);
    for (std::size_t size = good.size() - 3; size > 40; size -= 7) {
      auto request = request_for(picture, Encoding::jpeg_ls, good);
      request.bytes = request.bytes.first(size);
      EXPECT_TRUE(our_bytes(request).empty()) << size;
    }
    for (int round = 0; round < 500; ++round) {
      auto bytes = good;
      random = random * 1664525 + 1013904223;
      bytes[60 + (random >> 8) % (bytes.size() - 62)] ^= std::byte{1} << (random >> 4 & 7);
      auto const request = request_for(picture, Encoding::jpeg_ls, bytes);
      auto const ours = our_bytes(request);
      if (ours.empty()) continue;
      ++taken;
      EXPECT_EQ(ours, library_bytes(request));
    }
  }
  EXPECT_GT(taken, 10);  // wrong bits of which nothing can be noticed
}

}  // namespace
}  // namespace sightline::codec
