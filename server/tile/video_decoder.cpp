#include "tile/video_decoder.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "base/checked.hpp"
#include "tile/find_program.hpp"
#include "tile/mp4_front.hpp"
#include "tile/worker_process.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kBlockBytes = 1 << 20;
constexpr std::uint64_t kMostFrameBytes = 128u << 20;  ///< of one answer
constexpr std::size_t kHeaderBytes = 64;               ///< more than a picture's header has

/// What names the input, and nothing beyond it: hostile bytes choose no other demuxer or decoder,
/// and no address.
std::vector<std::string> input_arguments() {
  return {"-hide_banner",
          "-loglevel",
          "quiet",
          "-nostdin",
          "-protocol_whitelist",
          "pipe",
          "-format_whitelist",
          "mpegvideo,mpegts,mpeg,h264,hevc,mov",
          "-codec_whitelist",
          "mpeg1video,mpeg2video,h264,hevc",
          "-max_pixels",
          "37748736",
          "-threads",
          "1",
          "-i",
          "pipe:0",
          "-map",
          "0:v:0",
          "-map_metadata",
          "-1"};
}

std::vector<std::string> frame_arguments(VideoFrameRequest const& request) {
  std::vector<std::string> arguments = input_arguments();
  std::string const last = std::to_string(std::uint64_t{request.first} + request.count - 1);
  // Streams that name no matrix are taken as browsers take them: BT.709 from 720 rows on.
  std::string const scale =
      std::string("scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp:out_range=full") +
      (request.rows >= 720 ? ":in_color_matrix=bt709" : "");
  for (std::string const& each :
       std::vector<std::string>{"-filter_threads", "1", "-vf",
                                "select=between(n\\," + std::to_string(request.first) + "\\," +
                                    last + ")," + scale + ",format=rgb24",
                                "-vsync", "0", "-frames:v", std::to_string(request.count), "-c:v",
                                "ppm", "-threads", "1", "-f", "image2pipe", "pipe:1"})
    arguments.push_back(each);
  return arguments;
}

/// A number of a PPM's header, and one white space after it.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  auto const digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits >= text.size()) return std::nullopt;
  text.remove_prefix(digits + 1);
  return value;
}

/// The frame that begins at `offset`, which goes on behind it; nothing while it is not whole, or
/// when it is none.
std::optional<VideoFrame> take_ppm(std::vector<std::byte> const& said, std::size_t& offset) {
  auto const* const begin = reinterpret_cast<char const*>(said.data()) + offset;
  std::string_view text(begin, std::min(kHeaderBytes, said.size() - offset));
  std::size_t const given = text.size();
  if (!text.starts_with("P6\n")) return std::nullopt;
  text.remove_prefix(3);
  auto const cols = take_number(text);
  auto const rows = cols ? take_number(text) : std::nullopt;
  auto const maximum = rows ? take_number(text) : std::nullopt;
  if (!maximum || *maximum != 255) return std::nullopt;
  auto const bytes = checked_product({*rows, *cols, 3});
  std::size_t const at = offset + given - text.size();
  if (!bytes || *bytes > said.size() - at) return std::nullopt;
  auto const first = said.begin() + static_cast<std::ptrdiff_t>(at);
  VideoFrame frame{*rows, *cols, {first, first + static_cast<std::ptrdiff_t>(*bytes)}};
  offset = at + static_cast<std::size_t>(*bytes);
  return frame;
}

std::vector<VideoFrame> take_frames(std::vector<std::byte> const& said) {
  std::vector<VideoFrame> frames;
  for (std::size_t offset = 0; offset < said.size();) {
    auto frame = take_ppm(said, offset);
    if (!frame) break;
    frames.push_back(std::move(*frame));
  }
  return frames;
}

/// Gives its turn back when it goes.
struct Turn {
  explicit Turn(std::counting_semaphore<>& all) : turns(all), is_ours(all.try_acquire()) {}
  Turn(Turn const&) = delete;
  Turn& operator=(Turn const&) = delete;
  ~Turn() {
    if (is_ours) turns.release();
  }
  std::counting_semaphore<>& turns;
  bool is_ours;
};

}  // namespace

std::unique_ptr<VideoDecoder> VideoDecoder::find(Options const& options) {
  std::string program = find_program(options.search_path, "ffmpeg");
  if (program.empty()) return nullptr;
  return std::unique_ptr<VideoDecoder>(new VideoDecoder(options, std::move(program)));
}

Result<std::vector<std::byte>> VideoDecoder::run(
    std::vector<std::string> arguments, VideoBytes const& stream, std::size_t most,
    std::function<bool(std::vector<std::byte> const&)> const& is_enough) const {
  if (stream.length_bytes > kMostVideoStreamBytes)
    return fail(Errc::limit_exceeded, "a video this large");
  auto const readable = with_head_first(stream);
  if (!readable) return std::unexpected(readable.error());
  Turn const turn(turns_);
  if (!turn.is_ours) return fail(Errc::pending, "videos are being decoded");
  std::vector<std::string> command = launcher_;
  command.push_back(program_);
  for (std::string& argument : arguments) command.push_back(std::move(argument));
  auto const process = WorkerProcess::start(command);
  if (!process) return std::unexpected(process.error());
  auto const deadline = std::chrono::steady_clock::now() + patience_;
  std::vector<std::byte> said;
  for (std::uint64_t offset = 0; offset < stream.length_bytes;) {
    auto const count = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(kBlockBytes, stream.length_bytes - offset));
    auto const block = readable->read(offset, count);
    if (!block) return std::unexpected(block.error());
    Status const sent = (*process)->exchange(*block, said, most, deadline);
    // It reads no further than it needs, and ends.
    if (!sent && sent.error().code == Errc::module_died && is_enough(said)) return said;
    if (!sent) return std::unexpected(sent.error());
    offset += count;
  }
  Status const ended = (*process)->finish(said, most, deadline);
  if (!ended && !(ended.error().code == Errc::module_died && is_enough(said)))
    return std::unexpected(ended.error());
  return said;
}

Result<std::vector<VideoFrame>> VideoDecoder::decode(VideoBytes const& stream,
                                                     VideoFrameRequest const& request) const {
  if (request.count == 0) return fail(Errc::invalid_argument, "no frames");
  // Streams have whole macroblocks or coding units: they may be a little larger than stated.
  auto const most = checked_product(
      {std::uint64_t{request.rows} + 64, std::uint64_t{request.cols} + 64, 3, request.count});
  if (!most || *most > kMostFrameBytes) return fail(Errc::limit_exceeded, "frames this large");
  auto const said = run(frame_arguments(request), stream,
                        static_cast<std::size_t>(*most) + kHeaderBytes * request.count,
                        [&request](std::vector<std::byte> const& so_far) {
                          return take_frames(so_far).size() == request.count;
                        });
  if (!said) return std::unexpected(said.error());
  return take_frames(*said);
}

Result<std::vector<std::byte>> VideoDecoder::remux(VideoBytes const& stream) const {
  std::vector<std::string> arguments = input_arguments();
  for (char const* each : {"-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof",
                           "-f", "mp4", "pipe:1"})
    arguments.emplace_back(each);
  auto made = run(std::move(arguments), stream, kMostRemuxedBytes,
                  [](std::vector<std::byte> const&) { return false; });
  if (made && made->empty()) return fail(Errc::module_died, "nothing was made");
  return made;
}

}  // namespace sightline::server
