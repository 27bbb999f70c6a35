#include "codec/jpegls_scans.hpp"

#include <gtest/gtest.h>

#include "codec/frame_decoder.hpp"
#include "jpegls_encoder.hpp"
#include "jpegls_library.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::encode_jpegls;
using test::JpegLsPresets;
using test::make_picture;
using test::Picture;
using test::request_for;

using test::decode_jpegls_by_charls;

/// What our decoder makes of a whole stream; empty where it is not.
std::vector<std::byte> our_bytes(DecodeRequest const& request) {
  auto frame = decode_frame(request);
  if (!frame || frame->missing) return {};
  return std::move(frame->block.bytes);
}

/// A stream's LSE segments taken out: its parameters are the defaults of the standard.
std::vector<std::byte> without_presets(std::vector<std::byte> bytes) {
  for (std::size_t i = 0; i + 15 <= bytes.size();) {
    bool const is_lse = bytes[i] == std::byte{0xff} && bytes[i + 1] == std::byte{0xf8} &&
                        bytes[i + 2] == std::byte{0} && bytes[i + 3] == std::byte{13};
    if (is_lse) {
      auto const first = bytes.begin() + static_cast<std::ptrdiff_t>(i);
      bytes.erase(first, first + 15);
    } else {
      ++i;
    }
  }
  return bytes;
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
              EXPECT_EQ(ours, decode_jpegls_by_charls(request));
            }
            if (near == 0) {
              EXPECT_EQ(ours, block_bytes(picture));
            }
          }
}

INSTANTIATE_TEST_SUITE_P(Depths, JpegLsScans,
                         testing::Values(8u, 9u, 10u, 12u, 13u, 14u, 15u, 16u));

TEST(JpegLsScans, LinesLongerThanTheWindowOfBits) {
  // Runs of thousands, and noise: lines of more bits than are made ready at once.
  for (int const kind : {1, 2})
    for (int interleave = 0; interleave <= 2; ++interleave) {
      auto const picture = picture_of_kind(kind, 9, 9000, 3, 16);
      auto const bytes = encode_jpegls(picture, interleave);
      EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, bytes)), block_bytes(picture));
    }
}

TEST(JpegLsScans, PresetParameters) {
  for (int const near : {0, 2})
    for (JpegLsPresets const& presets :
         {JpegLsPresets{4095, 5, 30, 200, 64}, JpegLsPresets{4095, 5, 30, 200, 31},
          JpegLsPresets{4095, 5, 30, 200, 3}, JpegLsPresets{4095, 18, 67, 276, 4000},
          JpegLsPresets{0, 18, 67, 0, 0}}) {
      SCOPED_TRACE(testing::Message() << presets[0] << ' ' << presets[4] << ' ' << near);
      auto const picture = picture_of_kind(0, 33, 41, 1, 12);
      auto const bytes = encode_jpegls(picture, 0, near, presets);
      auto const request = request_for(picture, Encoding::jpeg_ls, bytes);
      auto const ours = our_bytes(request);
      ASSERT_FALSE(ours.empty());
      EXPECT_EQ(ours, decode_jpegls_by_charls(request));
      if (near == 0) {
        EXPECT_EQ(ours, block_bytes(picture));
      }
    }
}

TEST(JpegLsScans, FewBitsByTheStandardsThresholdsAndByCharLs1s) {
  // C.2.4.1.1.1 for MAXVAL 63 and 127, worked out by hand: FACTOR 4 and 2.
  struct Case {
    unsigned bits;
    JpegLsPresets standard;
  };
  for (Case const& each : {Case{6, {63, 2, 3, 5, 64}}, Case{7, {127, 2, 3, 10, 64}}})
    for (int kind = 0; kind < 4; ++kind) {
      SCOPED_TRACE(testing::Message() << each.bits << ' ' << kind);
      auto const picture = picture_of_kind(kind, 40, 60, 1, each.bits);
      auto const standard = without_presets(encode_jpegls(picture, 0, 0, each.standard));
      auto const charls1 = encode_jpegls(picture, 0);
      EXPECT_EQ(charls1, without_presets(charls1));
      EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, standard)), block_bytes(picture));
      EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, charls1)), block_bytes(picture));
    }
}

TEST(JpegLsScans, ColourTransformsOfHp) {
  for (unsigned const bits : {8u, 16u})
    for (int transform = 1; transform <= 3; ++transform)
      for (int const interleave : {1, 2}) {
        SCOPED_TRACE(testing::Message() << bits << ' ' << transform << ' ' << interleave);
        auto const picture = picture_of_kind(1, 21, 33, 3, bits);
        auto const bytes = encode_jpegls(picture, interleave, 0, {}, transform);
        ASSERT_FALSE(bytes.empty());
        EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, bytes)), block_bytes(picture));
      }
}

TEST(JpegLsScans, ErrorsLargerThanAnyThatIsWrittenAreCorrupt) {
  // Found by fuzzing: CharLS 1 takes the 46 zeros of 16 bits' longest prefix for an error of 46 *
  // 2^k, so that the next k is beyond its tables.
  auto picture = picture_of_kind(1, 24, 88, 1, 16);
  auto bytes = encode_jpegls(picture, 0, 0, {65535, 18, 67, 276, 4160});
  std::uint32_t random = 3;
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    auto changed = bytes;
    random = random * 1664525 + 1013904223;
    std::size_t const at = 60 + (random >> 8) % (bytes.size() / 2);
    std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(at), 6, std::byte{0});
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_ls, changed));
    bool const is_whole = frame && !frame->missing;
    EXPECT_FALSE(is_whole && frame->block.bytes == block_bytes(picture));
    if (!is_whole) ++refused;
  }
  EXPECT_GT(refused, 250);
}

TEST(JpegLsScans, WiderAllocatedBits) {
  auto picture = make_picture(20, 31, 1, 8, false);
  auto const bytes = encode_jpegls(picture, 0);
  for (std::uint16_t const allocated : {std::uint16_t{16}, std::uint16_t{32}}) {
    picture.format.bits_allocated = allocated;
    EXPECT_EQ(our_bytes(request_for(picture, Encoding::jpeg_ls, bytes)), block_bytes(picture));
  }
}

TEST(JpegLsScans, CutsAndChangedBitsAreNoticedOrEqualTheLibrary) {
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
      EXPECT_EQ(ours, decode_jpegls_by_charls(request));
    }
  }
  EXPECT_GT(taken, 10);  // wrong bits of which nothing can be noticed
}

}  // namespace
}  // namespace sightline::codec
