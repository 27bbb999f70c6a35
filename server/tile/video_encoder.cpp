#include "tile/video_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "tile/find_program.hpp"

namespace sightline::server {
namespace {

std::string size_of(VideoFormat const& format) {
  return std::to_string(format.cols) + "x" + std::to_string(format.rows);
}

/// x264's constant rate factor: 51 is worst; 11 cannot be told from the picture.
int rate_factor(int quality) { return static_cast<int>(std::lround(51 - 0.4 * quality)); }

std::vector<std::string> arguments_of(VideoFormat const& format) {
  auto const frame_us = std::llround(std::clamp(format.frame_ms, 1.0, 3'600'000.0) * 1000);
  return {"-hide_banner", "-loglevel", "quiet", "-nostdin",
          // the input is samples, and nothing in them names a file or an address
          "-protocol_whitelist", "pipe", "-f", "rawvideo", "-pixel_format",
          format.samples == 1 ? "gray" : "rgb24", "-video_size", size_of(format), "-framerate",
          "1000000/" + std::to_string(frame_us), "-threads", "1", "-i", "pipe:0", "-filter_threads",
          "1", "-vf",
          // first the even sides: of a row of half a chroma sample the rest would be lost
          "pad=ceil(iw/2)*2:ceil(ih/2)*2,"
          "scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=accurate_rnd,"
          "format=yuv420p",
          "-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-crf",
          std::to_string(rate_factor(format.quality)), "-color_range", "tv", "-colorspace", "bt709",
          "-color_primaries", "bt709", "-color_trc", "bt709", "-map_metadata", "-1", "-movflags",
          "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1"};
}

}  // namespace

/// One of the videos that are made at the same time.
struct VideoEncoder::Video::Turn {
  explicit Turn(std::counting_semaphore<>& all) : turns(all) {}
  Turn(Turn const&) = delete;
  Turn& operator=(Turn const&) = delete;
  ~Turn() { turns.release(); }
  std::counting_semaphore<>& turns;
};

VideoEncoder::Video::Video(std::unique_ptr<WorkerProcess> process, std::size_t frame_bytes,
                           WorkerProcess::Deadline deadline, std::unique_ptr<Turn> turn)
    : process_(std::move(process)),
      frame_bytes_(frame_bytes),
      deadline_(deadline),
      turn_(std::move(turn)) {}
VideoEncoder::Video::Video(Video&&) noexcept = default;
VideoEncoder::Video::~Video() = default;

Status VideoEncoder::Video::add(std::span<std::byte const> frame) {
  if (frame.size() != frame_bytes_) return fail(Errc::invalid_argument, "frame size");
  return process_->exchange(frame, made_, kMaxVideoBytes, deadline_);
}

Result<std::vector<std::byte>> VideoEncoder::Video::finish() {
  Status const ended = process_->finish(made_, kMaxVideoBytes, deadline_);
  if (!ended) return std::unexpected(ended.error());
  return std::move(made_);
}

Result<VideoEncoder::Video> VideoEncoder::begin(VideoFormat const& format) const {
  bool const is_possible = format.rows > 0 && format.cols > 0 &&
                           (format.samples == 1 || format.samples == 3) && format.quality >= 1 &&
                           format.quality <= 100 && std::isfinite(format.frame_ms);
  if (!is_possible) return fail(Errc::invalid_argument, "video format");
  if (std::max(format.rows, format.cols) > kMaxVideoSide)
    return fail(Errc::limit_exceeded, "a video this large");
  if (!turns_.try_acquire()) return fail(Errc::pending, "videos are being made");
  auto turn = std::make_unique<Video::Turn>(turns_);
  std::vector<std::string> command = launcher_;
  command.push_back(program_);
  for (std::string& argument : arguments_of(format)) command.push_back(std::move(argument));
  auto process = WorkerProcess::start(command);
  if (!process) return std::unexpected(process.error());
  std::size_t const frame_bytes = std::size_t{format.rows} * format.cols * format.samples;
  return Video(std::move(*process), frame_bytes, std::chrono::steady_clock::now() + patience_,
               std::move(turn));
}

std::unique_ptr<VideoEncoder> VideoEncoder::find(Options const& options) {
  std::string program = find_program(options.search_path, "ffmpeg");
  if (program.empty()) return nullptr;
  std::unique_ptr<VideoEncoder> encoder(new VideoEncoder(options, std::move(program)));
  encoder->trial_ = std::async(std::launch::async, [self = encoder.get(), tried = options.tried] {
                      bool const works = self->try_it();
                      tried(works);
                      return works;
                    }).share();
  return encoder;
}

bool VideoEncoder::try_it() const {
  std::vector<std::byte> const grey(16 * 16, std::byte{128});
  auto video = begin({16, 16, 1, 40, 50});
  if (!video || !video->add(grey) || !video->add(grey)) return false;
  auto const made = video->finish();
  if (!made || made->size() < 8) return false;
  // ISO/IEC 14496-12 4.3: a file begins with its type.
  return std::string_view(reinterpret_cast<char const*>(made->data()), 8).ends_with("ftyp");
}

}  // namespace sightline::server
