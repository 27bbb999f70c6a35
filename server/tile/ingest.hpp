#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "blob/blob_store.hpp"
#include "index/index.hpp"
#include "tile/pyramid_queue.hpp"

namespace sightline::server {

/// What became of one file.
struct Ingested {
  AddOutcome outcome = AddOutcome::added;
  std::string sha256_hex, study_instance_uid;
  bool pictures_queued = false;  ///< a pyramid will be built
};

/// Takes one file in: parse (refuses what is not DICOM), durable original, index transaction; only
/// then it returns, and the pyramid is queued. Rows 1-5 of "the life of a frame". Threads: any.
class Ingest {
 public:
  /// Keeps references; all outlive it. `queue` may be null: pyramids are then left pending.
  Ingest(BlobStore& blobs, Index& index, PyramidQueue* queue)
      : blobs_(blobs), index_(index), queue_(queue) {}
  /// Errors: as dicom::read_instance (not_dicom, truncated, corrupt, limit_exceeded); corrupt (no
  /// usable UIDs); unsupported (a media directory: the only one that gives this code); io.
  Result<Ingested> ingest(std::span<std::byte const> file);

 private:
  BlobStore& blobs_;
  Index& index_;
  PyramidQueue* queue_;
};

}  // namespace sightline::server
