#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "tile/video_decoder.hpp"

namespace sightline::server {

/// Frames of videos, decoded some at a time, because each decoding begins with the first frame; the
/// last ones stay at hand, up to a number of bytes. Threads: any; who asks for frames that are
/// being decoded waits for them.
class VideoFrames {
 public:
  static constexpr std::size_t kMostKeptBytes = 128u << 20;
  /// Lifetime: the decoder outlives it.
  explicit VideoFrames(VideoDecoder const& decoder) : decoder_(decoder) {}

  using Open = std::function<Result<VideoBytes>()>;
  /// One frame (0-based) of the video with this hash; `open` gives its stream when it has to be
  /// decoded. Errors: not_found (the stream ends before it), as VideoDecoder::decode and `open`.
  Result<std::shared_ptr<VideoFrame const>> find(std::string const& sha256_hex,
                                                 std::uint32_t frame_index0, std::uint32_t rows,
                                                 std::uint32_t cols, Open const& open);
  VideoDecoder const& decoder() const { return decoder_; }

 private:
  struct Kept {
    std::string sha256_hex;
    std::uint32_t frame_index0;
    std::shared_ptr<VideoFrame const> frame;
  };
  std::shared_ptr<VideoFrame const> look_up(std::string const& sha256_hex,
                                            std::uint32_t frame_index0);
  void keep(std::string const& sha256_hex, std::uint32_t first, std::vector<VideoFrame> frames);

  VideoDecoder const& decoder_;
  std::mutex decoding_;   ///< one at a time: neighbours are asked for together
  std::mutex mutex_;      ///< guards kept_
  std::list<Kept> kept_;  ///< the one used last is the first
};

}  // namespace sightline::server
