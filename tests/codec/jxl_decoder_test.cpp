#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "codec/frame_decoder.hpp"
#include "codec/jxl_boxes.hpp"
#include "codec/jxl_memory.hpp"
#include "jpeg_encoder.hpp"
#include "jxl_encoder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::djxl_samples;
using test::encode_jxl;
using test::jxl_header_bytes;
using test::JxlHeader;
using test::make_picture;
using test::Picture;
using test::request_for;
using Bytes = std::vector<std::byte>;

constexpr char kNoTools[] = "SKIPPED: needs cjxl and djxl (package libjxl-tools)";

Errc code_of(DecodeRequest const& request) {
  auto const frame = decode_frame(request);
  return frame ? Errc::ok : frame.error().code;
}

/// The largest difference of samples of one or two bytes; nothing when the sizes differ.
std::optional<int> most_apart(Bytes const& a, Bytes const& b, std::size_t sample_bytes) {
  if (a.size() != b.size() || a.empty()) return std::nullopt;
  auto const value = [&](Bytes const& bytes, std::size_t i) {
    int const low = std::to_integer<int>(bytes[i]);
    return sample_bytes == 1 ? low : low | std::to_integer<int>(bytes[i + 1]) << 8;
  };
  int most = 0;
  for (std::size_t i = 0; i < a.size(); i += sample_bytes)
    most = std::max(most, std::abs(value(a, i) - value(b, i)));
  return most;
}

double mean_apart(Bytes const& a, Bytes const& b) {
  if (a.size() != b.size() || a.empty()) return 255;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::abs(std::to_integer<int>(a[i]) - std::to_integer<int>(b[i]));
  return sum / static_cast<double>(a.size());
}

class JxlDepths : public testing::TestWithParam<std::tuple<unsigned, int, char const*>> {};

TEST_P(JxlDepths, LosslessComesBackExactly) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto const [bits, samples, options] = GetParam();
  auto const picture = make_picture(61, 83, static_cast<std::uint16_t>(samples), bits, false);
  auto const bytes = encode_jxl(picture, options);
  ASSERT_FALSE(bytes.empty());
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(picture));
  EXPECT_EQ(frame->block.bytes, djxl_samples(bytes, samples));
  EXPECT_EQ(frame->block_is_rgb, samples == 3);
}

INSTANTIATE_TEST_SUITE_P(All, JxlDepths,
                         testing::Combine(testing::Values(8u, 10u, 12u, 16u), testing::Values(1, 3),
                                          testing::Values("-d 0 -e 1", "-d 0 -e 3",
                                                          "-d 0 -e 7 --container=1",
                                                          "-d 0 -e 5 --responsive=1")));

TEST(JxlDecoder, PicturesOfSeveralGroupsComeBackExactly) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  struct Case {
    std::uint32_t rows, cols;
    std::uint16_t samples;
    unsigned bits;
    char const* options;
  };
  for (Case const& each :
       {Case{300, 530, 1, 12, "-d 0 -e 4"}, Case{530, 300, 3, 8, "-d 0 -e 3"},
        Case{2100, 2060, 1, 16, "-d 0 -e 2"}, Case{530, 300, 1, 16, "-d 0 -e 3"},
        Case{530, 600, 3, 8, "-d 0 -e 4 -X 0 -Y 0 --modular_palette_colors=65536"},
        Case{600, 530, 3, 8, "-d 0 -e 3 -Y 0 --modular_palette_colors=0"},
        Case{300, 530, 3, 8, "-d 0 -e 3 -X 0 --modular_palette_colors=0"},
        // squeezed, with a palette in front and without; of small groups; of groups larger than
        // those rendered
        Case{530, 600, 1, 16, "-d 0 -e 3 -R 1"}, Case{600, 530, 3, 8, "-d 0 -e 3 -R 1 -X 0 -Y 0"},
        Case{301, 533, 3, 12, "-d 0 -e 3 -R 1 -g 0 -C 6"}, Case{1300, 90, 1, 12, "-d 0 -e 3 -g 3"},
        Case{90, 1300, 3, 8, "-d 0 -e 3 -g 2"},
        // one group: rows of channels are kept as they are decoded, and read again (-E); transforms
        // of a group of several
        Case{530, 300, 1, 16, "-d 0 -e 4 -g 3 -X 0 -Y 0"},
        Case{300, 530, 3, 8, "-d 0 -e 5 -g 3 -E 3 -X 0 -Y 0 --modular_palette_colors=0"},
        Case{301, 1033, 3, 12, "-d 0 -e 5 -g 3 -X 0 -E 2"},
        Case{515, 613, 3, 8, "-d 0 -e 5 -g 2 -X 0 -Y 80 --modular_palette_colors=0"}}) {
    auto const picture = make_picture(each.rows, each.cols, each.samples, each.bits, false);
    auto const bytes = encode_jxl(picture, each.options);
    ASSERT_FALSE(bytes.empty());
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << each.rows << ' ' << each.options;
  }
}

// Of a picture that repeats itself, runs are coded that repeat what was decoded up to 2^20 values
// before.
TEST(JxlDecoder, RepeatedRunsComeBackExactly) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto picture = make_picture(190, 200, samples, 8, false);
    std::size_t const row = picture.values.size() / 190, period = 29 * row;
    for (std::size_t i = period; i < picture.values.size(); ++i)
      picture.values[i] = picture.values[i - period];
    auto const bytes = encode_jxl(picture, "-d 0 -e 8 -X 0 -Y 0 --modular_palette_colors=0");
    ASSERT_FALSE(bytes.empty());
    EXPECT_LT(bytes.size(), period) << "this is to repeat";
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << samples;
  }
}

TEST(JxlDecoder, SignedValuesAreTwosComplementInBitsStored) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  for (unsigned const bits : {8u, 12u, 16u}) {
    auto const picture = make_picture(37, 45, 1, bits, true);
    auto const bytes = encode_jxl(picture, "-d 0 -e 3");
    ASSERT_FALSE(bytes.empty());
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_TRUE(frame->block.is_signed);
    EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << bits;
  }
}

TEST(JxlDecoder, EightBitsInSixteenAndThirtyTwoAllocated) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto picture = make_picture(37, 45, 1, 8, false);
  auto const bytes = encode_jxl(picture, "-d 0 -e 3");
  for (std::uint16_t const allocated : {std::uint16_t{16}, std::uint16_t{32}}) {
    picture.format.bits_allocated = allocated;
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture)) << allocated;
  }
}

// Two releases of libjxl need not round alike: one level of 8 bits, or its share of 12 and 16.
TEST(JxlDecoder, LossyIsWhatDjxlMakesOfIt) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  struct Case {
    std::uint16_t samples;
    unsigned bits;
    char const* options;
  };
  for (Case const& each :
       {Case{1, 8, "-d 1 -e 3"}, Case{3, 8, "-d 1 -e 7"}, Case{3, 8, "-d 3 -e 5 --container=1"},
        Case{1, 12, "-d 1 -e 4"}, Case{1, 16, "-d 0.5 -e 4"}, Case{3, 8, "-m 1 -d 2 -e 4"},
        Case{3, 8, "-d 12 -e 4"}, Case{1, 8, "-m 1 -d 1 -e 3 -g 0"},
        Case{1, 8, "-d 3 -e 5 --epf 3"}, Case{3, 8, "-m 1 -R 0 -d 2 -e 3 --epf 3"},
        Case{3, 8, "-d 2 -e 7 --progressive_ac"}, Case{1, 8, "-d 8 -e 7 --epf 3"},
        Case{1, 16, "-m 1 -d 1 -e 3 -g 3"}, Case{1, 8, "-d 22 -e 4"}, Case{3, 8, "-d 22 -e 4"},
        Case{1, 8, "-d 3 -e 4 --progressive_dc=2 --epf 3"}, Case{1, 8, "-m 1 -d 1 -e 3 --epf 3"},
        // colours of a palette that are added to a prediction; squeezed, too
        Case{3, 8, "-m 1 -d 0 -e 5 --modular_lossy_palette --modular_palette_colors=0"},
        Case{3, 8, "-m 1 -d 0 -e 5 -P 6 -g 0 --modular_lossy_palette --modular_palette_colors=99"},
        Case{3, 8, "-m 1 -d 0 -e 5 -R 1 --modular_lossy_palette --modular_palette_colors=0"}}) {
    auto const picture = make_picture(270, 310, each.samples, each.bits, false);
    auto const bytes = encode_jxl(picture, each.options);
    ASSERT_FALSE(bytes.empty()) << each.options;
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->block_is_rgb, each.samples == 3);
    auto const apart =
        most_apart(frame->block.bytes, djxl_samples(bytes, each.samples), each.bits > 8 ? 2 : 1);
    ASSERT_TRUE(apart.has_value()) << each.options;
    EXPECT_LE(*apart, 1 << (each.bits - 8)) << each.options;
    EXPECT_NE(frame->block.bytes, block_bytes(picture)) << "this is to be lossy";
  }
}

// Of less than a group: groups that are 256 columns wide have other random numbers in Debian's
// libjxl.
TEST(JxlDecoder, NoiseIsWhatDjxlMakesOfIt) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    for (char const* const options :
         {"-d 1 -e 4 --photon_noise=ISO3200", "-d 8 -e 4 --epf 3 --photon_noise=ISO800",
          "-d 22 -e 4 --photon_noise=ISO3200", "-m 1 -d 2 -e 3 --epf 2 --photon_noise=ISO3200"}) {
      auto const picture = make_picture(150, 230, samples, 8, false);
      auto const bytes = encode_jxl(picture, options);
      ASSERT_FALSE(bytes.empty()) << options;
      auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
      ASSERT_TRUE(frame.has_value()) << frame.error().detail;
      auto const apart = most_apart(frame->block.bytes, djxl_samples(bytes, samples), 1);
      ASSERT_TRUE(apart.has_value()) << options;
      EXPECT_LE(*apart, 1) << options;
    }
  }
}

// One plane is kept of a grey frame until a block of it has a colour: that of the block's first
// pixels and of all that come after.
TEST(JxlDecoder, ColourMayComeLateInAGreyFrame) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto picture = make_picture(280, 300, 3, 8, false);
  std::uint32_t random = 7;
  for (std::size_t i = 0; i < picture.values.size(); i += 3) {
    auto const x = static_cast<std::int32_t>(i / 3 % 300), y = static_cast<std::int32_t>(i / 900);
    random = random * 1664525 + 1013904223;
    std::int32_t const grey =
        110 + (x * 3 + y * 2) / 7 % 30 + static_cast<std::int32_t>(random >> 30);
    bool const is_coloured = x >= 160 && x < 184 && y >= 208 && y < 232;
    std::int32_t const red = !is_coloured ? 0 : (x / 2 + y / 2) % 2 == 0 ? 16 : -16;
    picture.values[i] = grey + red;
    picture.values[i + 1] = grey - red / 2;
    picture.values[i + 2] = grey;
  }
  for (char const* const options : {"-d 2 -e 3", "-d 2 -e 3 --epf 3"}) {
    auto const bytes = encode_jxl(picture, options);
    ASSERT_FALSE(bytes.empty());
    auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    Bytes const& values = frame->block.bytes;
    auto const apart = most_apart(values, djxl_samples(bytes, 3), 1);
    ASSERT_TRUE(apart.has_value());
    EXPECT_LE(*apart, 1) << options;
    std::size_t coloured = 0;
    for (std::size_t i = 0; i + 2 < values.size(); i += 3)
      coloured += values[i] != values[i + 1] || values[i] != values[i + 2] ? 1 : 0;
    EXPECT_GT(coloured, 100u) << options;
    EXPECT_LT(coloured, 10000u) << options;
  }
}

class JxlOfJpeg : public testing::TestWithParam<test::JpegOptions> {};

TEST_P(JxlOfJpeg, IsTheJpegDecodedAsRgb) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto picture = make_picture(75, 107, 3, 8, false);
  auto const jpeg = test::encode_jpeg8(picture, GetParam());
  auto const bytes = test::recompress_jpeg(jpeg);
  ASSERT_FALSE(bytes.empty());
  EXPECT_TRUE(holds_recompressed_jpeg(bytes));
  picture.format.photometric = Photometric::ybr_full_422;
  auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_TRUE(frame->block_is_rgb);
  auto const apart = most_apart(frame->block.bytes, djxl_samples(bytes, 3), 1);
  ASSERT_TRUE(apart.has_value());
  EXPECT_LE(*apart, 1);
  auto const straight = decode_frame(request_for(picture, Encoding::jpeg, jpeg));
  ASSERT_TRUE(straight.has_value());
  // Each decoder smooths chroma of half the columns in its own way, and only the other one clips
  // YCbCr.
  EXPECT_LE(mean_apart(frame->block.bytes, straight->block.bytes),
            GetParam().chroma_step == 1 ? 1.0 : 4.0);
}

INSTANTIATE_TEST_SUITE_P(
    All, JxlOfJpeg,
    testing::Values(test::JpegOptions{.quality = 90, .ycc = true},
                    test::JpegOptions{
                        .quality = 80, .progressive = true, .ycc = true, .chroma_step = 2}));

/// The frames of a bare lossless stream behind another header. Where they begin is found by trying:
/// behind a header that says the same as the stream's own, the picture comes back.
class Reheaded : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
    stream_ = encode_jxl(picture_, "-d 0 -e 3 --container=0");
    for (std::size_t at = 2; at < 40 && frames_at_ == 0; ++at) {
      auto const bytes = join(own_, at);
      auto const frame = decode_frame(request_for(picture_, Encoding::jpeg_xl, bytes));
      if (frame && frame->block.bytes == block_bytes(picture_)) frames_at_ = at;
    }
    ASSERT_GT(frames_at_, 0u);
  }
  [[nodiscard]] Bytes behind(JxlHeader const& header) const { return join(header, frames_at_); }

  Picture picture_ = make_picture(61, 83, 1, 12, false);
  JxlHeader own_{.rows = 61, .cols = 83, .bits = 12, .is_grey = true};

 private:
  [[nodiscard]] Bytes join(JxlHeader const& header, std::size_t at) const {
    Bytes bytes = jxl_header_bytes(header);
    bytes.insert(bytes.end(), stream_.begin() + static_cast<std::ptrdiff_t>(at), stream_.end());
    return bytes;
  }
  Bytes stream_;
  std::size_t frames_at_ = 0;
};

TEST_F(Reheaded, OrientationIsNotApplied) {
  for (unsigned orientation = 2; orientation <= 8; ++orientation) {
    JxlHeader header = own_;
    header.orientation = orientation;
    auto const bytes = behind(header);
    auto const frame = decode_frame(request_for(picture_, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << orientation << ' ' << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(picture_)) << orientation;
  }
}

TEST_F(Reheaded, DeeperSamplesAreExactToo) {
  Picture deep = picture_;
  deep.format.bits_allocated = 32;
  for (unsigned const bits : {17u, 20u, 22u}) {
    JxlHeader header = own_;
    header.bits = bits;
    deep.format.bits_stored = static_cast<std::uint16_t>(bits);
    deep.format.high_bit = static_cast<std::uint16_t>(bits - 1);
    auto const bytes = behind(header);
    auto const frame = decode_frame(request_for(deep, Encoding::jpeg_xl, bytes));
    ASSERT_TRUE(frame.has_value()) << bits << ' ' << frame.error().detail;
    EXPECT_EQ(frame->block.bytes, block_bytes(deep)) << bits;
  }
}

TEST_F(Reheaded, ValuesOverTheHighestAreTheHighest) {
  JxlHeader header = own_;
  header.bits = 8;
  auto const bytes = behind(header);
  auto const frame = decode_frame(request_for(picture_, Encoding::jpeg_xl, bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  Picture clamped = picture_;
  for (std::int32_t& value : clamped.values) value = std::min(value, 255);
  EXPECT_EQ(frame->block.bytes, block_bytes(clamped));
}

TEST(JxlDecoder, HeadersAreCheckedBeforeAnythingIsDecoded) {
  auto const picture = make_picture(40, 50, 3, 8, false);
  auto const code = [&](JxlHeader header, Picture const& claimed) {
    if (header.rows == 1) header.rows = 40, header.cols = 50;
    auto const bytes = jxl_header_bytes(header);
    return code_of(request_for(claimed, Encoding::jpeg_xl, bytes));
  };
  EXPECT_EQ(code({}, picture), Errc::truncated);  // all is well, but no frame follows
  EXPECT_EQ(code({.rows = 41, .cols = 50}, picture), Errc::corrupt);
  EXPECT_EQ(code({.rows = 40, .cols = 1u << 30}, picture), Errc::corrupt);
  EXPECT_EQ(code({.is_grey = true}, picture), Errc::corrupt);
  EXPECT_EQ(code({.bits = 9}, picture), Errc::corrupt);
  EXPECT_EQ(code({.has_alpha = true}, picture), Errc::unsupported);
  EXPECT_EQ(code({.has_animation = true}, picture), Errc::unsupported);
  EXPECT_EQ(code({.orientation = 6}, picture), Errc::truncated);
  auto const deep = make_picture(40, 50, 1, 24, false);
  EXPECT_EQ(code({.bits = 22, .is_grey = true}, deep), Errc::truncated);
  EXPECT_EQ(code({.bits = 23, .is_grey = true}, deep), Errc::unsupported);
  EXPECT_EQ(code({.bits = 32, .exponent_bits = 8, .is_grey = true}, deep), Errc::unsupported);
  auto ybr = picture;
  ybr.format.photometric = Photometric::ybr_full;
  EXPECT_EQ(code({}, ybr), Errc::unsupported);
  EXPECT_EQ(code({.is_xyb = true}, ybr), Errc::truncated);  // XYB becomes RGB whatever the tag says
  auto request = request_for(picture, Encoding::jpeg_xl, {});
  EXPECT_EQ(code_of(request), Errc::truncated);
  request.discard_levels = 1;
  EXPECT_EQ(code_of(request), Errc::invalid_argument);
  Limits limits;
  limits.max_frame_bytes = 100;
  EXPECT_EQ(decode_frame(request_for(picture, Encoding::jpeg_xl, {}), limits).error().code,
            Errc::limit_exceeded);
}

TEST(JxlDecoder, EveryCutIsTruncated) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto const picture = make_picture(300, 45, 1, 12, false);
  for (char const* const options :
       {"-d 0 -e 3", "-d 1 -e 3", "-d 0 -e 3 --container=1", "-d 0 -e 3 -R 1 -g 0",
        "-d 1 -e 3 --progressive_ac", "-d 22 -e 3 --photon_noise=ISO800",
        "-d 0 -e 4 -g 3 -X 0 -Y 0"}) {
    auto const bytes = encode_jxl(picture, options);
    ASSERT_FALSE(bytes.empty());
    for (std::size_t size = 0; size < bytes.size(); size += size < 100 ? 1 : 61) {
      auto request = request_for(picture, Encoding::jpeg_xl, bytes);
      request.bytes = request.bytes.first(size);
      EXPECT_EQ(code_of(request), Errc::truncated) << options << ' ' << size;
    }
    Bytes padded = bytes;  // PS3.5 A.4: to an even length
    padded.push_back(std::byte{0});
    EXPECT_EQ(code_of(request_for(picture, Encoding::jpeg_xl, padded)), Errc::ok) << options;
  }
}

TEST(JxlDecoder, MutationsNeverCrash) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto const picture = make_picture(33, 41, 3, 8, false);
  std::vector<Bytes> const streams = {encode_jxl(picture, "-d 0 -e 3"),
                                      encode_jxl(picture, "-d 1 -e 7"),
                                      encode_jxl(picture, "-d 0 -e 7 --container=1"),
                                      encode_jxl(picture, "-d 22 -e 3 --photon_noise=ISO3200"),
                                      encode_jxl(picture, "-d 0 -e 5 -E 3 -X 0 -Y 0"),
                                      encode_jxl(picture,
                                                 "-d 0 -m 1 -e 5 --modular_lossy_palette "
                                                 "--modular_palette_colors=0")};
  std::uint32_t random = 7;
  for (std::size_t round = 0; round < 1200; ++round) {
    Bytes bytes = streams[round % streams.size()];
    ASSERT_GT(bytes.size(), 40u);
    for (int i = 0; i < 3; ++i) {
      random = random * 1664525 + 1013904223;
      std::size_t const reach = i == 0 ? 40 : bytes.size();
      bytes[(random >> 8) % reach] = static_cast<std::byte>(random & 0xff);
    }
    Errc const code = code_of(request_for(picture, Encoding::jpeg_xl, bytes));
    EXPECT_TRUE(code == Errc::ok || code == Errc::corrupt || code == Errc::truncated ||
                code == Errc::unsupported || code == Errc::limit_exceeded)
        << errc_name(code);
  }
}

TEST(JxlBoxes, AJpegIsFoundByItsBox) {
  auto const bytes_of = [](std::string const& text) {
    auto const bytes = std::as_bytes(std::span(text));
    return Bytes(bytes.begin(), bytes.end());
  };
  std::string const signature("\0\0\0\x0cJXL \x0d\x0a\x87\x0a", 12);
  std::string const brand(
      "\0\0\0\x0c"
      "ftypjxl ",
      12),
      recipe("\0\0\0\x09jbrdx", 9);
  EXPECT_TRUE(holds_recompressed_jpeg(bytes_of(signature + brand + recipe)));
  EXPECT_FALSE(holds_recompressed_jpeg(bytes_of(signature + brand)));
  EXPECT_FALSE(holds_recompressed_jpeg(bytes_of(brand + recipe)));
  EXPECT_FALSE(holds_recompressed_jpeg(bytes_of("\xff\x0a")));
  EXPECT_FALSE(holds_recompressed_jpeg({}));
  std::string const endless("\0\0\0\0jxlc", 8), past("\0\0\1\0jxlc", 8), tiny("\0\0\0\3jxlc", 8);
  for (std::string const& box : {endless, past, tiny})
    EXPECT_FALSE(holds_recompressed_jpeg(bytes_of(signature + box + recipe)));
  std::string const wide("\0\0\0\1Exif\0\0\0\0\0\0\0\x11x", 17);
  EXPECT_TRUE(holds_recompressed_jpeg(bytes_of(signature + wide + recipe)));
  std::string const huge("\0\0\0\1Exif\xff\xff\xff\xff\xff\xff\xff\xff", 16);
  EXPECT_FALSE(holds_recompressed_jpeg(bytes_of(signature + huge + recipe)));
  EXPECT_FALSE(holds_recompressed_jpeg(bytes_of(signature + std::string("\0\0\0\1Exif\0", 9))));
}

/// A file of the codestream in that many boxes.
Bytes in_boxes(Bytes const& codestream, std::size_t count) {
  std::string const begin(
      "\0\0\0\x0cJXL \x0d\x0a\x87\x0a"
      "\0\0\0\x14"
      "ftypjxl \0\0\0\0jxl ",
      32);
  auto const signature = std::as_bytes(std::span(begin));
  Bytes file(signature.begin(), signature.end());
  auto const put = [&](std::uint64_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      file.push_back(static_cast<std::byte>(value >> shift & 0xff));
  };
  std::size_t const step = codestream.size() / count + 1;
  for (std::size_t n = 0; n < count; ++n) {
    auto const part =
        std::span(codestream).subspan(n * step, std::min(step, codestream.size() - n * step));
    put(part.size() + 12);
    for (char const each : std::string_view("jxlp")) file.push_back(static_cast<std::byte>(each));
    put(n + 1 == count ? 0x80000000 | n : n);
    file.insert(file.end(), part.begin(), part.end());
  }
  return file;
}

/// Groups from the middle outwards, which the library would not have in their order if it were
/// given a box at a time.
TEST(JxlBoxes, ACodestreamMayLieInSeveral) {
  if (!test::has_jxl_tools()) GTEST_SKIP() << kNoTools;
  auto const picture = make_picture(700, 650, 1, 12, false);
  for (char const* const options : {"-d 0 -e 3 --group_order=1 --container=0",
                                    "-d 0 -e 3 -R 1 --group_order=1 --container=0"}) {
    auto const bytes = encode_jxl(picture, options);
    ASSERT_GT(bytes.size(), 100u);
    for (std::size_t const count : {1u, 2u, 5u, 17u}) {
      SCOPED_TRACE(std::string(options) + ", boxes " + std::to_string(count));
      Bytes file = in_boxes(bytes, count);
      EXPECT_EQ(joined_codestream(file), count == 1 ? Bytes{} : bytes);
      auto const frame = decode_frame(request_for(picture, Encoding::jpeg_xl, file));
      ASSERT_TRUE(frame) << frame.error().detail;
      EXPECT_EQ(frame->block.bytes, block_bytes(picture));
      file.resize(file.size() - 30);
      EXPECT_EQ(code_of(request_for(picture, Encoding::jpeg_xl, file)), Errc::truncated);
    }
  }
}

TEST(JxlMemory, GivesNoMoreThanItsBudget) {
  JxlMemory memory(1000);
  JxlMemoryManager const manager = memory.manager();
  void* const first = manager.alloc(manager.opaque, 600);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(memory.failure(), Errc::ok);
  manager.free(manager.opaque, first);
  void* const second = manager.alloc(manager.opaque, 1000);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(manager.alloc(manager.opaque, 1), nullptr);
  EXPECT_EQ(memory.failure(), Errc::limit_exceeded);
  EXPECT_EQ(manager.alloc(manager.opaque, SIZE_MAX), nullptr);
  manager.free(manager.opaque, second);
  manager.free(manager.opaque, nullptr);
}

}  // namespace
}  // namespace sightline::codec
