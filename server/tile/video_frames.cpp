#include "tile/video_frames.hpp"

#include <algorithm>
#include <utility>

namespace sightline::server {
namespace {

constexpr std::uint32_t kMostAtOnce = 32;
constexpr std::uint64_t kMostBytesAtOnce = 64u << 20;

}  // namespace

Result<std::shared_ptr<VideoFrame const>> VideoFrames::find(std::string const& sha256_hex,
                                                            std::uint32_t frame_index0,
                                                            std::uint32_t rows, std::uint32_t cols,
                                                            Open const& open) {
  if (auto known = look_up(sha256_hex, frame_index0)) return known;
  std::lock_guard const turn(decoding_);
  if (auto known = look_up(sha256_hex, frame_index0)) return known;  // of who was before
  auto const stream = open();
  if (!stream) return std::unexpected(stream.error());
  std::uint64_t const frame_bytes = std::max<std::uint64_t>(std::uint64_t{rows} * cols * 3, 1);
  auto const count = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(kMostBytesAtOnce / frame_bytes, 1, kMostAtOnce));
  std::uint32_t const first = frame_index0 / count * count;
  auto frames = decoder_.decode(*stream, {first, count, rows, cols});
  if (!frames) return std::unexpected(frames.error());
  if (frame_index0 - first >= frames->size())
    return fail(Errc::not_found, "the video ends before this frame");
  keep(sha256_hex, first, std::move(*frames));
  if (auto decoded = look_up(sha256_hex, frame_index0)) return decoded;
  return fail(Errc::limit_exceeded, "frames this large");
}

std::shared_ptr<VideoFrame const> VideoFrames::look_up(std::string const& sha256_hex,
                                                       std::uint32_t frame_index0) {
  std::lock_guard const lock(mutex_);
  auto const found = std::ranges::find_if(kept_, [&](Kept const& each) {
    return each.frame_index0 == frame_index0 && each.sha256_hex == sha256_hex;
  });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front().frame;
}

void VideoFrames::keep(std::string const& sha256_hex, std::uint32_t first,
                       std::vector<VideoFrame> frames) {
  std::lock_guard const lock(mutex_);
  for (std::size_t i = frames.size(); i-- > 0;) {
    kept_.push_front({sha256_hex, first + static_cast<std::uint32_t>(i),
                      std::make_shared<VideoFrame const>(std::move(frames[i]))});
  }
  std::size_t bytes = 0;
  for (auto each = kept_.begin(); each != kept_.end(); ++each) {
    bytes += each->frame->bytes.size();
    if (bytes <= kMostKeptBytes || each == kept_.begin()) continue;
    kept_.erase(each, kept_.end());
    return;
  }
}

}  // namespace sightline::server
