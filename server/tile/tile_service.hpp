#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "blob/blob_store.hpp"
#include "index/index.hpp"
#include "tile/pyramid_store.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// One study at one revision, its frames numbered as in the manifest. Immutable: sessions share it
/// by shared_ptr.
struct StudyTable {
  std::string study_instance_uid;
  wire::Manifest manifest;             ///< manifest.revision is the table's
  std::vector<wire::FrameRef> frames;  ///< entry i = frame i of the wire

  std::uint64_t revision() const { return manifest.revision; }
  wire::ManifestInstance const& instance_of(std::uint32_t frame) const {
    return manifest.instances[frames[frame].instance_index];
  }
  /// Null while the pyramid is pending or when the instance has no streams.
  wire::StreamIndex const* stream_of(std::uint32_t frame) const;
};
using StudyHandle = std::shared_ptr<StudyTable const>;

/// Bytes [offset_bytes, offset_bytes + bytes.size()) of a frame's stream.
struct TileBytes {
  std::uint32_t offset_bytes = 0;
  std::vector<std::byte> bytes;
};

/// What /tiles/{hash}/{frame} needs to know before it sends a range.
struct FrameStream {
  std::string study_instance_uid;
  codec::Encoding encoding = codec::Encoding::unknown;
  std::uint32_t length_bytes = 0;
};

/// Answers "which bytes" for a study's frames. Synchronous (disk reads); threads: any.
class TileService {
 public:
  /// Keeps references: index and pyramids outlive it. `cached_studies`: tables kept, least recently
  /// used dropped.
  TileService(Index const& index, PyramidStore const& pyramids, std::size_t cached_studies = 16);

  /// The study at its present revision. Errors: not_found, io.
  Result<StudyHandle> open(std::string const& study_instance_uid) const;

  /// Levels first_level..last_level of one frame. Errors: not_found (no such frame, no pictures),
  /// pending, invalid_argument (levels), the frame's own failure, io.
  Result<TileBytes> read(StudyTable const& study, std::uint32_t frame, std::uint8_t first_level,
                         std::uint8_t last_level) const;

  /// One frame's whole stream, by the original's hash. Errors: not_found, pending, the frame's own
  /// failure, io.
  Result<FrameStream> find(std::string const& sha256_hex, std::uint32_t frame_index0) const;
  /// Bytes [first, last) of that stream. Errors: as find; invalid_argument when last >
  /// length_bytes.
  Result<std::vector<std::byte>> read_range(std::string const& sha256_hex,
                                            std::uint32_t frame_index0, std::uint32_t first,
                                            std::uint32_t last) const;

 private:
  Index const& index_;
  PyramidStore const& pyramids_;
  std::size_t cached_studies_;
  mutable std::mutex mutex_;
  mutable std::list<StudyHandle> cache_;  ///< most recently used first
};

}  // namespace sightline::server
