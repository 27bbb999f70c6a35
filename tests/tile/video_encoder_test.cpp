// Videos as ffprobe and ffmpeg's own decoder see them.
#include "tile/video_encoder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sightline::server {
namespace {

using Bytes = std::vector<std::byte>;

std::unique_ptr<VideoEncoder> find(std::string path = "/usr/bin",
                                   std::vector<std::string> launcher = {"/proc/self/exe",
                                                                        "program-worker"},
                                   std::chrono::seconds patience = std::chrono::seconds(60)) {
  bool is_told = false, works = false;
  auto encoder =
      VideoEncoder::find({std::move(path), std::move(launcher), patience, [&](bool does) {
                            is_told = true;
                            works = does;
                          }});
  if (encoder && !encoder->works()) encoder.reset();
  EXPECT_EQ(is_told && works, encoder != nullptr);
  return encoder;
}

std::string said_by(std::string const& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string block(1 << 16, '\0'), all;
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    all.append(block, 0, n);
  return pclose(pipe) == 0 ? all : std::string();
}

/// A file for the time of a test.
struct VideoFile {
  explicit VideoFile(Bytes const& bytes) {
    std::string name = (std::filesystem::temp_directory_path() / "sightline-video-XXXXXX").string();
    ::close(mkstemp(name.data()));
    path = name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<char const*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  ~VideoFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

/// Smooth waves that move; odd sides.
Bytes frame_of(VideoFormat const& format, int frame) {
  Bytes bytes;
  for (std::uint32_t row = 0; row < format.rows; ++row)
    for (std::uint32_t col = 0; col < format.cols; ++col)
      for (int k = 0; k < format.samples; ++k)
        bytes.push_back(static_cast<std::byte>(std::lround(
            127.5 + 120 * std::sin((row + frame * 2) / 17.0) * std::cos((col + 9.0 * k) / 23.0))));
  return bytes;
}

class VideoOfSamples : public ::testing::TestWithParam<int> {};

TEST_P(VideoOfSamples, IsDecodedToThePicturesAgain) {
  auto const encoder = find();
  ASSERT_NE(encoder, nullptr) << "needs ffmpeg with libx264 (Debian package ffmpeg)";
  VideoFormat const format{65, 97, static_cast<std::uint16_t>(GetParam()), 40, 90};
  auto video = encoder->begin(format);
  ASSERT_TRUE(video);
  constexpr int kFrames = 12;
  for (int i = 0; i < kFrames; ++i) ASSERT_TRUE(video->add(frame_of(format, i)));
  auto const bytes = video->finish();
  ASSERT_TRUE(bytes);
  VideoFile const file(*bytes);
  std::string const probe = said_by(
      "ffprobe -v error -count_frames -show_entries "
      "stream=codec_name,width,height,pix_fmt,nb_read_frames,r_frame_rate,color_space,"
      "color_range -of csv=p=0 " +
      file.path.string());
  EXPECT_EQ(probe, "h264,98,66,yuv420p,tv,bt709,25/1,12\n");
  std::string const decoded = said_by(
      "ffmpeg -v error -i " + file.path.string() +
      " -vf scale=in_color_matrix=bt709:out_range=full,crop=97:65:0:0 -f rawvideo -pix_fmt " +
      (format.samples == 1 ? "gray" : "rgb24") + " -");
  std::size_t const frame_bytes = std::size_t{65} * 97 * format.samples;
  ASSERT_EQ(decoded.size(), kFrames * frame_bytes);
  double worst_mean = 0;
  for (int i = 0; i < kFrames; ++i) {
    Bytes const expected = frame_of(format, i);
    double sum = 0;
    for (std::size_t at = 0; at < frame_bytes; ++at)
      sum += std::abs(std::to_integer<int>(expected[at]) -
                      static_cast<int>(static_cast<unsigned char>(decoded[i * frame_bytes + at])));
    worst_mean = std::max(worst_mean, sum / static_cast<double>(frame_bytes));
  }
  std::printf("mean difference of a frame: at most %.2f of 255\n", worst_mean);
  EXPECT_LT(worst_mean, format.samples == 1 ? 1.5 : 3.0);  // colours share chroma
}
INSTANTIATE_TEST_SUITE_P(GreyAndColour, VideoOfSamples, ::testing::Values(1, 3));

TEST(VideoEncoder, IsNotThereWithoutAProgramOrItsSandbox) {
  EXPECT_EQ(find(""), nullptr);
  EXPECT_EQ(find("/nonexistent:relative"), nullptr);
  EXPECT_EQ(find("/usr/bin", {"/bin/false"}), nullptr);
  auto const started = std::chrono::steady_clock::now();
  EXPECT_EQ(find("/usr/bin", {"/bin/sh", "-c", "exec /bin/sleep 60"}, std::chrono::seconds(1)),
            nullptr);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST(VideoEncoder, RefusesWhatItCannotMake) {
  auto const encoder = find();
  ASSERT_NE(encoder, nullptr);
  EXPECT_EQ(encoder->begin({0, 16, 1}).error().code, Errc::invalid_argument);
  EXPECT_EQ(encoder->begin({16, 16, 2}).error().code, Errc::invalid_argument);
  EXPECT_EQ(encoder->begin({16, 5000, 1}).error().code, Errc::limit_exceeded);
  auto video = encoder->begin({16, 16, 1});
  ASSERT_TRUE(video);
  EXPECT_EQ(video->add(Bytes(255)).error().code, Errc::invalid_argument);
  auto const second = encoder->begin({16, 16, 1});
  EXPECT_TRUE(second);
  EXPECT_EQ(encoder->begin({16, 16, 1}).error().code, Errc::pending);
}

}  // namespace
}  // namespace sightline::server
