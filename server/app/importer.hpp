#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/byte_budget.hpp"
#include "app/file_walk.hpp"
#include "app/import_queue.hpp"
#include "app/packed_bytes.hpp"
#include "app/store.hpp"
#include "app/unpack.hpp"
#include "tile/ingest.hpp"
#include "tile/pyramid_queue.hpp"

namespace sightline::server {

/// What an import has come to, so far or in the end.
struct ImportReport {
  std::uint64_t files = 0, files_done = 0;
  std::uint64_t bytes = 0, bytes_done = 0;  ///< those of files passed over count as done
  std::uint64_t added = 0, already_there = 0, conflicts = 0;
  std::uint64_t not_stored = 0;  ///< of `refused`: the disk or the memory failed or was too small
  std::vector<WalkProblem> refused;  ///< DICOM that cannot be taken, or files that cannot be read
  std::vector<WalkProblem> not_dicom;
  std::vector<WalkProblem> media_directories;
  PyramidProgress pictures;

  bool anything_usable() const { return added + already_there + conflicts > 0; }
  /// Nothing has to be done again because this machine failed.
  bool is_complete() const { return not_stored == 0 && pictures.not_built_instances == 0; }
};

/// Takes trees of files into a store, those in ZIP and gzip files too, several at a time, and waits
/// until their pictures are prepared. Threads: one run at a time; progress() from any.
class Importer {
 public:
  /// Called for each file that is refused or left out, as it happens, one at a time.
  using OnRefused = std::function<void(WalkProblem const&)>;
  /// Called for each file whose bytes are now in the store, after they are durable and their row
  /// is, one at a time: the acknowledgement.
  using OnStored = std::function<void(std::filesystem::path const&, std::string const& sha256_hex)>;
  Importer(Store& store, PyramidQueue& queue, OnRefused on_refused, OnStored on_stored = {});

  ImportReport run(std::vector<std::filesystem::path> const& paths);
  ImportReport progress() const;

 private:
  /// What became of a file. Nothing: it held others, which are in the queue now, or is refused.
  using Attempt = Result<std::optional<Ingested>>;
  using Unpack = std::function<Status(TakePiece const&)>;

  void work(ImportQueue& files);
  void take(ImportItem const& item, ImportQueue& files);
  /// The SHA-256 of a file that was read before and is unchanged, if row and original are there.
  std::optional<std::string> still_stored(FileIdentity const& file);
  Attempt take_file(FileIdentity const& file, ImportQueue& files);
  Attempt take_member(ImportItem const& item, ImportQueue& files);
  Attempt take_gzip(PackedBytes const& bytes);
  /// Puts the members of a ZIP file in the queue. `zip`: as they have it, but for their entry.
  Attempt expand(FileIdentity const& file, PackedMember const& zip, ImportQueue& files);
  /// What is unpacked goes to the disk, where it is read: it is not held in memory.
  Result<std::unique_ptr<BlobWriter>> unpacked(Unpack const& unpack);
  Attempt ingested(BlobWriter& writer, std::uint64_t length_bytes);
  Attempt read_and_ingest(PackedBytes const& file);
  /// The same of a file that is not to be held in memory.
  Attempt copy_and_ingest(PackedBytes const& file);
  Attempt refuse_packed(FileIdentity const& file, std::string const& reason);
  void refuse(Error const& error, std::filesystem::path const& path);
  void refuse(std::vector<WalkProblem> ImportReport::* list, WalkProblem problem);

  Store& store_;
  PyramidQueue& queue_;
  Ingest ingest_;
  OnRefused on_refused_;
  OnStored on_stored_;
  ByteBudget budget_;
  mutable std::mutex mutex_;
  ImportReport report_;
};

}  // namespace sightline::server
