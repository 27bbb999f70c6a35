#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/byte_budget.hpp"
#include "app/file_walk.hpp"
#include "app/store.hpp"
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

/// Takes trees of files into a store, several at a time, and waits until their pictures are
/// prepared. Threads: one run at a time; progress() from any.
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
  void work(std::vector<FileIdentity> const& files);
  void take(FileIdentity const& file);
  /// The SHA-256 of a file that was read before and is unchanged, if row and original are there.
  std::optional<std::string> still_stored(FileIdentity const& file);
  Result<Ingested> read_and_ingest(FileIdentity const& file);
  /// The same of a file that is not to be held in memory.
  Result<Ingested> copy_and_ingest(FileIdentity const& file);
  void refuse(std::vector<WalkProblem> ImportReport::* list, WalkProblem problem);

  Store& store_;
  PyramidQueue& queue_;
  Ingest ingest_;
  OnRefused on_refused_;
  OnStored on_stored_;
  ByteBudget budget_;
  std::atomic<std::size_t> next_ = 0;
  mutable std::mutex mutex_;
  ImportReport report_;
};

}  // namespace sightline::server
