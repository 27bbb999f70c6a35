#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// The stream of a video: what its fragments hold, one after the other. Source: PS3.5 8.2.5, A.4.
struct VideoBytes {
  std::uint64_t length_bytes = 0;
  /// Gives exactly `count` bytes from `offset`, which are inside of the length.
  std::function<Result<std::vector<std::byte>>(std::uint64_t offset, std::uint32_t count)> read;
};

/// One frame as it is to be seen. Shape: rows x cols x 3 (RGB), interleaved, 8 bit.
struct VideoFrame {
  std::uint32_t rows = 0, cols = 0;
  std::vector<std::byte> bytes;
};

/// What of a video is asked for, and the size that its data set states: which bounds the answer.
struct VideoFrameRequest {
  std::uint32_t first = 0, count = 1;  ///< 0-based, in the order in which they are shown
  std::uint32_t rows = 0, cols = 0;
};

inline constexpr std::uint64_t kMostVideoStreamBytes = 1ull << 30;
inline constexpr std::uint64_t kMostRemuxedBytes = 256u << 20;

/// Frames of MPEG-2, H.264 and HEVC by an `ffmpeg` of this machine, in a sandbox
/// (program_sandbox.hpp): it is given the stream and gives samples, by pipes. Threads: any.
class VideoDecoder {
 public:
  struct Options {
    std::string search_path;  ///< folders with ":" between, as PATH has them
    std::vector<std::string> launcher = {"/proc/self/exe", "program-worker"};
    std::chrono::seconds patience{60};  ///< for one answer
  };
  /// Looks for the program; nothing when there is none.
  static std::unique_ptr<VideoDecoder> find(Options const& options);

  /// As many as the stream has of them; none when it ends before. Errors: limit_exceeded (a stream
  /// over 1 GiB; frames larger than stated, or over 128 MiB together), pending (two answers are
  /// being made already), module_died (the program failed, or the patience ended), those of `read`.
  Result<std::vector<VideoFrame>> decode(VideoBytes const& stream,
                                         VideoFrameRequest const& request) const;
  /// The same pictures in an MP4 file (fragmented), nothing encoded anew. Errors: as decode.
  Result<std::vector<std::byte>> remux(VideoBytes const& stream) const;

 private:
  VideoDecoder(Options const& options, std::string program)
      : launcher_(options.launcher), program_(std::move(program)), patience_(options.patience) {}
  /// What the program says when it is given the stream. `is_enough`: that it needs no more of it.
  Result<std::vector<std::byte>> run(
      std::vector<std::string> arguments, VideoBytes const& stream, std::size_t most,
      std::function<bool(std::vector<std::byte> const&)> const& is_enough) const;

  std::vector<std::string> launcher_;
  std::string program_;
  std::chrono::seconds patience_;
  mutable std::counting_semaphore<> turns_{2};
};

}  // namespace sightline::server
