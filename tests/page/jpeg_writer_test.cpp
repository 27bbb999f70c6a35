#include "page/jpeg_writer.hpp"

#include <gtest/gtest.h>

#include "codec/frame_decoder.hpp"

namespace sightline::server {
namespace {

Picture ramp(std::uint16_t samples) {
  Picture picture{16, 24, samples, {}};
  for (unsigned i = 0; i < 16u * 24 * samples; ++i)
    picture.bytes.push_back(static_cast<std::byte>(i / samples % 24 * 10));
  return picture;
}

/// IJG's decoder, by way of our own JPEG codec, reads what libjpeg wrote.
TEST(JpegWriter, GreyAndColourDecodeToNearlyTheSame) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    Picture const picture = ramp(samples);
    auto const jpeg = encode_jpeg(picture, 95);
    ASSERT_TRUE(jpeg) << jpeg.error().detail;
    codec::DecodeRequest request;
    request.encoding = codec::encoding_of("1.2.840.10008.1.2.4.50");
    request.format.rows = 16, request.format.cols = 24;
    request.format.samples_per_pixel = samples;
    request.format.bits_allocated = request.format.bits_stored = 8, request.format.high_bit = 7;
    request.format.photometric =
        samples == 1 ? Photometric::monochrome2 : Photometric::ybr_full_422;
    request.bytes = *jpeg;
    auto const decoded = codec::decode_frame(request);
    ASSERT_TRUE(decoded) << decoded.error().detail;
    ASSERT_EQ(decoded->block.bytes.size(), picture.bytes.size());
    for (std::size_t i = 0; i < picture.bytes.size(); ++i)
      ASSERT_NEAR(std::to_integer<int>(decoded->block.bytes[i]),
                  std::to_integer<int>(picture.bytes[i]), 6);
  }
}

TEST(JpegWriter, ALowerQualityIsSmaller) {
  EXPECT_LT(encode_jpeg(ramp(3), 20)->size(), encode_jpeg(ramp(3), 95)->size());
}

TEST(JpegWriter, AShapeThatTheBytesDoNotFitIsRefused) {
  Picture picture = ramp(1);
  picture.rows = 17;
  EXPECT_EQ(encode_jpeg(picture, 90).error().code, Errc::invalid_argument);
  EXPECT_EQ(encode_jpeg(Picture{0, 0, 1, {}}, 90).error().code, Errc::invalid_argument);
  EXPECT_EQ(encode_jpeg(Picture{1, 65'501, 1, std::vector<std::byte>(65'501)}, 90).error().code,
            Errc::invalid_argument);
}

TEST(JpegWriter, AProfileIsOfColoursAndHasItsBounds) {
  constexpr std::size_t kMost = std::size_t{255} * 65519;
  Picture picture = ramp(3);
  picture.icc_profile.resize(kMost);
  auto const jpeg = encode_jpeg(picture, 90);
  ASSERT_TRUE(jpeg.has_value());
  std::string_view const text(reinterpret_cast<char const*>(jpeg->data()), jpeg->size());
  std::size_t segments = 0;
  for (std::size_t at = 0; (at = text.find("ICC_PROFILE", at)) != text.npos; ++at) ++segments;
  EXPECT_EQ(segments, 255u);
  picture.icc_profile.resize(kMost + 1);
  EXPECT_EQ(encode_jpeg(picture, 90).error().code, Errc::invalid_argument);
  Picture grey = ramp(1);
  grey.icc_profile.resize(128);
  EXPECT_EQ(encode_jpeg(grey, 90).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::server
