// Frames of videos, made by ffmpeg's encoders: each frame is of one grey, so that its number can be
// seen.
#include "tile/video_decoder.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tile/mp4_front.hpp"
#include "tile/video_frames.hpp"

namespace sightline::server {
namespace {

using Bytes = std::vector<std::byte>;
constexpr std::uint32_t kRows = 48, kCols = 64;

std::unique_ptr<VideoDecoder> find(std::chrono::seconds patience = std::chrono::seconds(60)) {
  return VideoDecoder::find({.search_path = "/usr/bin", .patience = patience});
}

/// What a command writes.
Bytes said_by(std::string const& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  Bytes block(1 << 16), all;
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n));
  return pclose(pipe) == 0 ? all : Bytes{};
}
/// 20 frames; that of number n has the luma 40 + 10 n.
Bytes encoded(std::string const& options) {
  return said_by(
      "ffmpeg -v error -f lavfi -i color=black:size=64x48:rate=25 -frames:v 20 "
      "-vf geq=lum=40+10*N:cb=128:cr=128,format=yuv420p -threads 1 " +
      options + " pipe:1");
}
VideoBytes stream_of(Bytes const& bytes) {
  return {bytes.size(),
          [&bytes](std::uint64_t offset, std::uint32_t count) -> Result<std::vector<std::byte>> {
            auto const begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
            return Bytes(begin, begin + count);
          }};
}
/// The grey of luma y of 16 to 235.
int grey_of(int y) { return static_cast<int>((y - 16) * 255.0 / 219 + 0.5); }

class VideoFormats : public ::testing::TestWithParam<char const*> {};

TEST_P(VideoFormats, FramesAreFoundByTheirNumber) {
  auto const decoder = find();
  ASSERT_NE(decoder, nullptr) << "needs ffmpeg (Debian package ffmpeg)";
  Bytes const bytes = encoded(GetParam());
  ASSERT_FALSE(bytes.empty());
  auto const frames = decoder->decode(stream_of(bytes), {5, 3, kRows, kCols});
  ASSERT_TRUE(frames) << frames.error().detail;
  ASSERT_EQ(frames->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    VideoFrame const& frame = (*frames)[i];
    EXPECT_EQ(frame.rows, kRows);
    EXPECT_EQ(frame.cols, kCols);
    ASSERT_EQ(frame.bytes.size(), kRows * kCols * 3);
    EXPECT_NEAR(std::to_integer<int>(frame.bytes[4500]), grey_of(90 + 10 * static_cast<int>(i)), 4);
  }
  EXPECT_EQ(decoder->decode(stream_of(bytes), {18, 5, kRows, kCols})->size(), 2u);
  EXPECT_TRUE(decoder->decode(stream_of(bytes), {20, 5, kRows, kCols})->empty());
}
INSTANTIATE_TEST_SUITE_P(
    Streams, VideoFormats,
    ::testing::Values(
        "-c:v mpeg2video -bf 2 -q:v 1 -f mpeg2video", "-c:v mpeg2video -bf 2 -q:v 1 -f vob",
        "-c:v mpeg2video -q:v 1 -f mpegts", "-c:v libx264 -qp 4 -bf 3 -f h264",
        "-c:v libx264 -qp 4 -movflags frag_keyframe+empty_moov -f mp4",
        "-c:v libx265 -x265-params log-level=none:qp=4:pools=none:frame-threads=1 -f hevc"));

TEST(VideoDecoder, ReadsAnMp4FileWhoseHeadComesLast) {
  auto const decoder = find();
  ASSERT_NE(decoder, nullptr);
  std::string path = "/tmp/sightline-video-XXXXXX.mp4";
  int const file = mkstemps(path.data(), 4);
  ASSERT_GE(file, 0);
  ::close(file);
  ASSERT_EQ(std::system(("ffmpeg -y -v error -f lavfi -i color=black:size=64x48:rate=25 -frames:v "
                         "20 -vf geq=lum=40+10*N:cb=128:cr=128,format=yuv420p -threads 1 "
                         "-c:v libx264 -qp 4 -bf 2 " +
                         path)
                            .c_str()),
            0);
  Bytes const bytes = said_by("cat " + path);
  std::remove(path.c_str());
  std::string_view const text(reinterpret_cast<char const*>(bytes.data()), bytes.size());
  ASSERT_LT(text.find("mdat"), text.find("moov"));
  auto const frames = decoder->decode(stream_of(bytes), {5, 1, kRows, kCols});
  ASSERT_TRUE(frames) << frames.error().detail;
  ASSERT_EQ(frames->size(), 1u);
  EXPECT_NEAR(std::to_integer<int>(frames->front().bytes[4500]), grey_of(90), 4);
  // The head comes early, every byte is there, and reading in any blocks gives the same.
  auto const front = with_head_first(stream_of(bytes));
  ASSERT_TRUE(front);
  Bytes const whole = *front->read(0, static_cast<std::uint32_t>(bytes.size()));
  std::string_view const moved(reinterpret_cast<char const*>(whole.data()), whole.size());
  EXPECT_LT(moved.find("moov"), moved.find("mdat"));
  Bytes pieces;
  for (std::size_t at = 0; at < bytes.size(); at += 977) {
    auto const count = static_cast<std::uint32_t>(std::min<std::size_t>(977, bytes.size() - at));
    Bytes const piece = *front->read(at, count);
    ASSERT_EQ(piece.size(), count);
    pieces.insert(pieces.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(pieces, whole);
}

TEST(VideoDecoder, PutsAStreamIntoAnMp4File) {
  auto const decoder = find();
  ASSERT_NE(decoder, nullptr);
  auto const file = decoder->remux(stream_of(encoded("-c:v libx264 -f mpegts")));
  ASSERT_TRUE(file);
  EXPECT_EQ(std::string(reinterpret_cast<char const*>(file->data()) + 4, 4), "ftyp");
}

TEST(VideoDecoder, RefusesWhatItIsNotGiven) {
  auto const decoder = find();
  ASSERT_NE(decoder, nullptr);
  Bytes const noise(100'000, std::byte{0x5A});
  auto const none = decoder->decode(stream_of(noise), {0, 1, kRows, kCols});
  EXPECT_TRUE(!none || none->empty());
  // An encoding that is no video of DICOM's is not even looked at.
  auto const other = decoder->decode(
      stream_of(
          said_by("ffmpeg -v error -f lavfi -i testsrc=size=64x48 -frames:v 3 -f avi pipe:1")),
      {0, 1, kRows, kCols});
  EXPECT_TRUE(!other || other->empty());
  Bytes const large = encoded("-c:v mpeg2video -f mpeg2video");
  EXPECT_EQ(decoder->decode(stream_of(large), {0, 32, 4000, 4000}).error().code,
            Errc::limit_exceeded);
  // Frames that are larger than stated.
  Bytes const wide = said_by(
      "ffmpeg -v error -f lavfi -i testsrc=size=1920x1080 -frames:v 3 -c:v mpeg2video -f "
      "mpeg2video "
      "pipe:1");
  EXPECT_EQ(decoder->decode(stream_of(wide), {0, 1, 8, 8}).error().code, Errc::limit_exceeded);
  VideoBytes const endless{kMostVideoStreamBytes + 1, {}};
  EXPECT_EQ(decoder->decode(endless, {0, 1, 8, 8}).error().code, Errc::limit_exceeded);
  EXPECT_EQ(VideoDecoder::find({.search_path = "/nonexistent"}), nullptr);
}

TEST(VideoFrames, DecodesOnceWhatIsAskedForTogether) {
  auto const decoder = find();
  ASSERT_NE(decoder, nullptr);
  VideoFrames frames(*decoder);
  Bytes const bytes = encoded("-c:v mpeg2video -q:v 1 -f mpeg2video");
  int opened = 0;
  auto const open = [&]() -> Result<VideoBytes> {
    ++opened;
    return stream_of(bytes);
  };
  std::string const hash(64, 'a');
  for (std::uint32_t const frame : {3u, 4u, 0u, 19u}) {
    auto const found = frames.find(hash, frame, kRows, kCols, open);
    ASSERT_TRUE(found);
    EXPECT_NEAR(std::to_integer<int>((*found)->bytes[4500]),
                grey_of(40 + 10 * static_cast<int>(frame)), 4);
  }
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(frames.find(hash, 20, kRows, kCols, open).error().code, Errc::not_found);
}

}  // namespace
}  // namespace sightline::server
