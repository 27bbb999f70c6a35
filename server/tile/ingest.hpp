#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

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

/// What an object says that it is; empty where it could not be read.
struct ObjectIdentity {
  std::string sop_class_uid, sop_instance_uid, study_instance_uid, series_instance_uid;
};
/// What became of an object that was offered, and which one it was.
struct Offered {
  ObjectIdentity identity;
  Result<Ingested> result;
};

/// Takes one file in: parse (refuses what is not DICOM), durable original, index transaction; only
/// then it returns, and the pyramid is queued. Rows 1-5 of "the life of a frame". Threads: any.
class Ingest {
 public:
  /// Keeps references; all outlive it. `queue` may be null: pyramids are then left pending.
  Ingest(BlobStore& blobs, Index& index, PyramidQueue* queue)
      : blobs_(blobs), index_(index), queue_(queue) {}
  /// Errors: as dicom::read_instance (not_dicom, truncated, corrupt, limit_exceeded); corrupt (no
  /// usable UIDs); unsupported (a media directory: the only one that gives this code); io,
  /// no_space.
  Result<Ingested> ingest(std::span<std::byte const> file);
  /// The same for a file that has been written to `writer` and is not committed: it is read there,
  /// not held in memory. `study`: only an object of this study, else forbidden; empty: of any.
  Offered ingest(BlobWriter& writer, std::string_view study);
  /// Adds the row of an original that is stored, and has none. Errors: as ingest; digest_mismatch
  /// (its bytes are not those of its name); not_found.
  Result<Ingested> adopt(BlobHash const& hash);

 private:
  Result<Ingested> store(std::span<std::byte const> file, dicom::Instance const& instance,
                         DicomDocuments const& documents);
  Result<Ingested> commit(BlobWriter& writer, std::uint64_t size_bytes,
                          dicom::Instance const& instance, DicomDocuments const& documents);
  Result<Ingested> queue(Result<Ingested> taken, dicom::Instance const& instance);

  BlobStore& blobs_;
  Index& index_;
  PyramidQueue* queue_;
};

}  // namespace sightline::server
