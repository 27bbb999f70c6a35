#include "tile/frame_transcoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/sha256.hpp"
#include "codec/codestream.hpp"
#include "codec/frame_decoder.hpp"
#include "made_image.hpp"
#include "wire/stored_range.hpp"

namespace sightline::server {
namespace {

using testing::made_values;
using testing::native_instance;

/// Every promise about a transcoded lossless frame: it is HTJ2K, decodes to the values that were
/// put in, level by level to the sizes that the wire format states, and its digest is that of the
/// values.
void expect_lossless(dicom::Instance const& instance, std::vector<std::byte> const& values,
                     bool is_rgb = false) {
  auto const made = transcode_frame(instance, 0, values);
  ASSERT_EQ(made.index.failure, Errc::ok);
  ASSERT_EQ(made.index.encoding, codec::Encoding::htj2k);
  ASSERT_TRUE(made.index.has_digest);
  EXPECT_EQ(made.index.digest, sha256(values));
  ASSERT_EQ(made.index.level_ends.back(), made.bytes.size());
  auto const whole = codec::decode_frame({codec::Encoding::htj2k, instance.format, made.bytes, 0});
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->block.bytes, values);
  EXPECT_EQ(whole->block_is_rgb, is_rgb);
  auto const levels = static_cast<std::uint32_t>(made.index.level_ends.size());
  for (std::uint32_t level = 0; level < levels; ++level) {
    std::uint32_t const discard = levels - 1 - level;
    auto const prefix = std::span(made.bytes).first(made.index.level_ends[level]);
    auto const part =
        codec::decode_frame({codec::Encoding::htj2k, instance.format, prefix, discard});
    ASSERT_TRUE(part.has_value()) << "level " << level << ": " << part.error().detail;
    EXPECT_EQ(part->block.rows, (instance.format.rows + (1u << discard) - 1) >> discard);
    EXPECT_EQ(part->block.cols, (instance.format.cols + (1u << discard) - 1) >> discard);
    auto const of_whole =
        codec::decode_frame({codec::Encoding::htj2k, instance.format, made.bytes, discard});
    ASSERT_TRUE(of_whole.has_value());
    EXPECT_EQ(part->block.bytes, of_whole->block.bytes)
        << "a prefix is the sub-resolution of the whole, level " << level;
  }
}

struct Size {
  std::uint32_t rows, cols;
};
class LosslessSizes : public ::testing::TestWithParam<Size> {};
INSTANTIATE_TEST_SUITE_P(All, LosslessSizes,
                         ::testing::Values(Size{1, 1}, Size{1, 7}, Size{3, 5}, Size{17, 1},
                                           Size{64, 64}, Size{65, 63}, Size{511, 513},
                                           Size{300, 4096}, Size{2100, 40}),
                         [](auto const& tested) {
                           return std::to_string(tested.param.rows) + "x" +
                                  std::to_string(tested.param.cols);
                         });

TEST_P(LosslessSizes, Grey8) {
  auto const [rows, cols] = GetParam();
  expect_lossless(native_instance(rows, cols, 1, 8, 8, false, Photometric::monochrome2),
                  made_values<std::uint8_t>(rows, cols, 1, 8, false));
}
TEST_P(LosslessSizes, Grey12Of16) {
  auto const [rows, cols] = GetParam();
  expect_lossless(native_instance(rows, cols, 1, 16, 12, false, Photometric::monochrome1),
                  made_values<std::uint16_t>(rows, cols, 1, 12, false));
}
TEST_P(LosslessSizes, Grey16) {
  auto const [rows, cols] = GetParam();
  expect_lossless(native_instance(rows, cols, 1, 16, 16, false, Photometric::monochrome2),
                  made_values<std::uint16_t>(rows, cols, 1, 16, false));
}
TEST_P(LosslessSizes, Signed16) {
  auto const [rows, cols] = GetParam();
  expect_lossless(native_instance(rows, cols, 1, 16, 16, true, Photometric::monochrome2),
                  made_values<std::int16_t>(rows, cols, 1, 16, true));
}
TEST_P(LosslessSizes, Rgb8) {
  auto const [rows, cols] = GetParam();
  expect_lossless(native_instance(rows, cols, 3, 8, 8, false, Photometric::rgb),
                  made_values<std::uint8_t>(rows, cols, 3, 8, false), true);
}

TEST(FrameTranscoder, NativeYbrKeepsItsComponents) {
  expect_lossless(native_instance(40, 50, 3, 8, 8, false, Photometric::ybr_full),
                  made_values<std::uint8_t>(40, 50, 3, 8, false));
}

TEST(FrameTranscoder, PaletteIndexesAreNotMixed) {
  auto const indexes = made_values<std::uint8_t>(200, 300, 1, 8, false);
  auto palette = native_instance(200, 300, 1, 8, 8, false, Photometric::palette_color);
  EXPECT_EQ(transcode_frame(palette, 0, indexes).index.level_ends.size(), 1u);
  auto grey = native_instance(200, 300, 1, 8, 8, false, Photometric::monochrome2);
  EXPECT_GT(transcode_frame(grey, 0, indexes).index.level_ends.size(), 5u);
  grey.palette.fill(dicom::Lut{0, 8, {0, 255}, ""});  // supplemental
  EXPECT_EQ(transcode_frame(grey, 0, indexes).index.level_ends.size(), 1u);
  expect_lossless(native_instance(40, 50, 1, 8, 8, false, Photometric::palette_color),
                  made_values<std::uint8_t>(40, 50, 1, 8, false));
}

TEST(FrameTranscoder, Rgb16StaysExact) {
  expect_lossless(native_instance(40, 50, 3, 16, 16, false, Photometric::rgb),
                  made_values<std::uint16_t>(40, 50, 3, 16, false), true);
}

TEST(FrameTranscoder, SignedTwelveBits) {
  expect_lossless(native_instance(64, 64, 1, 16, 12, true, Photometric::monochrome2),
                  made_values<std::int16_t>(64, 64, 1, 12, true));
}

TEST(FrameTranscoder, ThirtyTwoBitsStayExactInTheirOwnEncoding) {
  auto const instance = native_instance(33, 31, 1, 32, 32, false, Photometric::monochrome2);
  auto const values = made_values<std::uint32_t>(33, 31, 1, 32, false);
  auto const made = transcode_frame(instance, 0, values);
  EXPECT_EQ(made.index.failure, Errc::ok);
  EXPECT_EQ(made.index.encoding, codec::Encoding::native);
  EXPECT_TRUE(made.index.has_digest);
  EXPECT_EQ(made.index.digest, sha256(values));
  EXPECT_EQ(made.bytes, values);
  EXPECT_EQ(made.index.level_ends, std::vector{static_cast<std::uint32_t>(values.size())});
  std::vector<std::uint32_t> numbers(values.size() / 4);
  std::memcpy(numbers.data(), values.data(), values.size());
  std::uint32_t const most = *std::ranges::max_element(numbers);
  ASSERT_GT(most, 0x80000000u);
  EXPECT_EQ(wire::stored_value(made.index.max, instance.format), most);
}

TEST(FrameTranscoder, FindsTheRangeOfTheFrame) {
  auto const instance = native_instance(1, 3, 1, 16, 16, true, Photometric::monochrome2);
  std::vector<std::byte> const values{std::byte{0x18}, std::byte{0xfc}, std::byte{0},
                                      std::byte{0},    std::byte{0xe8}, std::byte{3}};
  auto const made = transcode_frame(instance, 0, values);
  EXPECT_EQ(made.index.min, -1000);
  EXPECT_EQ(made.index.max, 1000);
}

TEST(FrameTranscoder, AFrameThatIsNotWholeIsStreamedAsItIsAndHasNoDigest) {
  std::vector<std::byte> const values(199, std::byte{3});
  auto const made = transcode_frame(
      native_instance(10, 10, 1, 16, 16, false, Photometric::monochrome2), 0, values);
  EXPECT_EQ(made.index.failure, Errc::ok);
  EXPECT_EQ(made.bytes, values);
  EXPECT_EQ(made.index.level_ends, std::vector{199U});
  EXPECT_FALSE(made.index.has_digest);
}

TEST(FrameTranscoder, AFrameOfWhichHardlyAnythingIsThereCarriesItsReason) {
  auto const made =
      transcode_frame(native_instance(10, 10, 1, 16, 16, false, Photometric::monochrome2), 0,
                      std::vector<std::byte>(1));
  EXPECT_EQ(made.index.failure, Errc::truncated);
  EXPECT_TRUE(made.bytes.empty());
  EXPECT_TRUE(made.index.level_ends.empty());
}

TEST(FrameTranscoder, AnUnknownSyntaxCarriesItsReason) {
  auto instance = native_instance(10, 10, 1, 16, 16, false, Photometric::monochrome2);
  instance.transfer_syntax_uid = "1.2.840.10008.1.2.4.100";  // MPEG2
  EXPECT_EQ(transcode_frame(instance, 0, std::vector<std::byte>(200)).index.failure,
            Errc::unsupported);
}

TEST(FrameTranscoder, LossyHtj2kIsNotTakenForLossless) {
  // The same codestream under the syntax that may be lossy: no digest, its own bytes.
  auto instance = native_instance(128, 128, 1, 16, 16, false, Photometric::monochrome2);
  auto const lossless =
      transcode_frame(instance, 0, made_values<std::uint16_t>(128, 128, 1, 16, false));
  instance.transfer_syntax_uid = "1.2.840.10008.1.2.4.203";
  auto const made = transcode_frame(instance, 0, lossless.bytes);
  EXPECT_EQ(made.index.failure, Errc::ok);
  EXPECT_FALSE(made.index.has_digest);
  EXPECT_EQ(made.bytes, lossless.bytes);
  EXPECT_EQ(made.index.level_ends, lossless.index.level_ends);
}

TEST(FrameTranscoder, LossyColourTilesOfASlideAreKeptWithoutBeingLookedAt) {
  auto slide = native_instance(256, 256, 3, 8, 8, false, Photometric::ybr_full_422);
  slide.transfer_syntax_uid = "1.2.840.10008.1.2.4.50";
  std::vector<std::byte> const no_jpeg(100, std::byte{7});
  EXPECT_NE(transcode_frame(slide, 0, no_jpeg).index.failure, Errc::ok) << "a picture is decoded";
  slide.slide = dicom::SlideMatrix();
  auto const kept = transcode_frame(slide, 0, no_jpeg);
  EXPECT_EQ(kept.index.failure, Errc::ok);
  EXPECT_EQ(kept.index.encoding, codec::Encoding::jpeg);
  EXPECT_EQ(kept.index.level_ends, (std::vector<std::uint32_t>{100}));
  EXPECT_FALSE(kept.index.has_digest);
  EXPECT_EQ(kept.bytes, no_jpeg);
  EXPECT_EQ(transcode_frame(slide, 0, {}).index.failure, Errc::truncated);
  // what can be proven is, as of any picture
  auto lossless = native_instance(256, 256, 3, 8, 8, false, Photometric::rgb);
  lossless.slide = slide.slide;
  EXPECT_TRUE(transcode_frame(lossless, 0, made_values<std::uint8_t>(256, 256, 3, 8, false))
                  .index.has_digest);
}

}  // namespace
}  // namespace sightline::server
