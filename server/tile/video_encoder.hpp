#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <semaphore>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tile/worker_process.hpp"

namespace sightline::server {

/// What all frames of a video are. Shape: rows x cols x samples (1 grey, 3 RGB), interleaved,
/// 8 bit.
struct VideoFormat {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t samples = 1;
  double frame_ms = 100;  ///< how long each is shown
  int quality = 90;       ///< 1 … 100
};

inline constexpr std::uint32_t kMaxVideoSide = 4096;
inline constexpr std::size_t kMaxVideoBytes = 256u << 20;

/// H.264 in MP4 by an `ffmpeg` of this machine, in a sandbox (program_sandbox.hpp): it is given
/// samples and gives a file, by pipes. Full-range grey or RGB becomes BT.709 in 4:2:0, padded to
/// even sides; the file is fragmented. Threads: any.
class VideoEncoder {
 public:
  struct Options {
    std::string search_path;  ///< folders with ":" between, as PATH has them
    std::vector<std::string> launcher = {"/proc/self/exe", "program-worker"};
    std::chrono::seconds patience{60};                    ///< for one video
    std::function<void(bool works)> tried = [](bool) {};  ///< called once, by another thread
  };
  /// Looks for the program; nothing when there is none. Whether it works is tried meanwhile.
  static std::unique_ptr<VideoEncoder> find(Options const& options);
  /// Whether a small video could be made by it: not so where it has no encoder, or the kernel does
  /// not do what the sandbox needs. Waits for the trial.
  bool works() const { return trial_.get(); }

  /// One video in the making. Threads: one at a time. Lifetime: within the encoder's.
  class Video {
   public:
    Video(Video&&) noexcept;
    ~Video();
    /// Errors: invalid_argument (bytes of another shape), module_died (the program failed, or the
    /// patience ended), limit_exceeded (the video is over kMaxVideoBytes).
    Status add(std::span<std::byte const> frame);
    /// The whole file. Errors: as add.
    Result<std::vector<std::byte>> finish();

   private:
    friend class VideoEncoder;
    struct Turn;
    Video(std::unique_ptr<WorkerProcess> process, std::size_t frame_bytes,
          WorkerProcess::Deadline deadline, std::unique_ptr<Turn> turn);
    std::unique_ptr<WorkerProcess> process_;
    std::size_t frame_bytes_;
    WorkerProcess::Deadline deadline_;
    std::vector<std::byte> made_;
    std::unique_ptr<Turn> turn_;  ///< given back when the video goes
  };
  /// Errors: invalid_argument (an impossible format), limit_exceeded (a side over kMaxVideoSide),
  /// pending (two are being made already), io.
  Result<Video> begin(VideoFormat const& format) const;

 private:
  explicit VideoEncoder(Options const& options, std::string program)
      : launcher_(options.launcher), program_(std::move(program)), patience_(options.patience) {}
  bool try_it() const;

  std::vector<std::string> launcher_;
  std::string program_;
  std::chrono::seconds patience_;
  mutable std::counting_semaphore<> turns_{2};
  std::shared_future<bool> trial_;  ///< the last member: it is waited for before the others go
};

}  // namespace sightline::server
