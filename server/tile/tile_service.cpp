#include "tile/tile_service.hpp"

#include <algorithm>

namespace sightline::server {
namespace {

/// Where the bytes of levels first..last lie. Errors: invalid_argument.
struct Range {
  std::uint32_t first = 0, last = 0;
};
Result<Range> range_of(wire::StreamIndex const& stream, std::uint8_t first_level,
                       std::uint8_t last_level) {
  if (first_level > last_level || last_level >= stream.level_ends.size())
    return fail(Errc::invalid_argument, "no such level");
  return Range{first_level == 0 ? 0 : stream.level_ends[first_level - 1u],
               stream.level_ends[last_level]};
}

/// The stream of a frame, or why there is none.
Result<wire::StreamIndex const*> usable_stream(std::vector<wire::StreamIndex> const& streams,
                                               bool pending, std::uint32_t frame_index0) {
  if (pending) return fail(Errc::pending, "the pictures of this instance are being prepared");
  if (frame_index0 >= streams.size()) return fail(Errc::not_found, "no such frame");
  auto const& stream = streams[frame_index0];
  if (stream.failure != Errc::ok) return fail(stream.failure, "this frame cannot be shown");
  return &stream;
}

}  // namespace

wire::StreamIndex const* StudyTable::stream_of(std::uint32_t frame) const {
  if (frame >= frames.size()) return nullptr;
  auto const& instance = instance_of(frame);
  std::uint32_t const frame_index0 = frames[frame].frame_index0;
  if (instance.pending || frame_index0 >= instance.streams.size()) return nullptr;
  return &instance.streams[frame_index0];
}

TileService::TileService(Index const& index, PyramidStore const& pyramids,
                         std::size_t cached_studies)
    : index_(index), pyramids_(pyramids), cached_studies_(cached_studies) {}

Result<StudyHandle> TileService::open(std::string const& study_instance_uid) const {
  auto const revision = index_.revision(study_instance_uid);
  if (!revision) return std::unexpected(revision.error());
  auto const is_wanted = [&](StudyHandle const& table) {
    return table->study_instance_uid == study_instance_uid;
  };
  {
    std::lock_guard const lock(mutex_);
    auto const found = std::ranges::find_if(cache_, is_wanted);
    if (found != cache_.end() && (*found)->revision() == *revision) {
      cache_.splice(cache_.begin(), cache_, found);
      return *found;
    }
  }
  // Read outside the lock: a large study must not hold up the others. Two threads may do it twice.
  auto manifest = index_.manifest(study_instance_uid);
  if (!manifest) return std::unexpected(manifest.error());
  auto frames = wire::number_frames(*manifest);
  auto table = std::make_shared<StudyTable const>(
      StudyTable{study_instance_uid, std::move(*manifest), std::move(frames)});
  std::lock_guard const lock(mutex_);
  cache_.remove_if(is_wanted);
  cache_.push_front(table);
  if (cache_.size() > cached_studies_) cache_.pop_back();
  return table;
}

Result<TileBytes> TileService::read(StudyTable const& study, std::uint32_t frame,
                                    std::uint8_t first_level, std::uint8_t last_level) const {
  if (frame >= study.frames.size()) return fail(Errc::not_found, "no such frame");
  auto const& instance = study.instance_of(frame);
  std::uint32_t const frame_index0 = study.frames[frame].frame_index0;
  auto const stream = usable_stream(instance.streams, instance.pending, frame_index0);
  if (!stream) return std::unexpected(stream.error());
  auto const range = range_of(**stream, first_level, last_level);
  if (!range) return std::unexpected(range.error());
  auto bytes = pyramids_.read(instance.sha256_hex, instance.streams, frame_index0, range->first,
                              range->last);
  if (!bytes) return std::unexpected(bytes.error());
  return TileBytes{range->first, std::move(*bytes)};
}

Result<FrameStream> TileService::find(std::string const& sha256_hex,
                                      std::uint32_t frame_index0) const {
  auto const location = index_.locate(sha256_hex);
  if (!location) return std::unexpected(location.error());
  auto const stream = usable_stream(location->streams, location->pending, frame_index0);
  if (!stream) return std::unexpected(stream.error());
  std::uint32_t const length = (*stream)->level_ends.empty() ? 0 : (*stream)->level_ends.back();
  return FrameStream{location->study_instance_uid, (*stream)->encoding, length};
}

Result<std::vector<std::byte>> TileService::read_range(std::string const& sha256_hex,
                                                       std::uint32_t frame_index0,
                                                       std::uint32_t first,
                                                       std::uint32_t last) const {
  auto const location = index_.locate(sha256_hex);
  if (!location) return std::unexpected(location.error());
  auto const stream = usable_stream(location->streams, location->pending, frame_index0);
  if (!stream) return std::unexpected(stream.error());
  return pyramids_.read(sha256_hex, location->streams, frame_index0, first, last);
}

}  // namespace sightline::server
