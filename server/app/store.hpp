#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "blob/blob_store.hpp"
#include "blob/unique_fd.hpp"
#include "index/import_memory.hpp"
#include "index/index.hpp"
#include "tile/pyramid_store.hpp"

namespace sightline::server {

/// What was put right after a writer that did not end well, or without an index.
struct Recovered {
  std::uint64_t adopted = 0;  ///< originals that had no row
  std::uint64_t pyramids_kept = 0;
  std::vector<std::string> unusable;  ///< a sentence for each original that cannot have a row
};

/// Everything that is kept, under one folder (0700): originals/ and tmp/, index.sqlite, pyramids/,
/// imports.sqlite. Several processes may have it open. Lock files: store.lock (shared by all who
/// have it open), serve.lock (its one server), copy.lock (who copies it: no file is removed
/// meanwhile). Threads: any.
class Store {
 public:
  /// Makes what is not there. Errors: io, corrupt, unsupported, each with a sentence for people.
  static Result<std::unique_ptr<Store>> open(std::filesystem::path const& root);
  /// The same, but makes neither a store nor an index: a path that was mistyped is told. Errors:
  /// also not_found.
  static Result<std::unique_ptr<Store>> open_existing(std::filesystem::path const& root);
  /// The same with an empty index: the one that is there is put aside as
  /// index.sqlite.before-reindex, also when it is damaged. recover() fills the new one. Errors:
  /// also not_found, forbidden (another process has it open).
  static Result<std::unique_ptr<Store>> open_without_index(std::filesystem::path const& root);

  BlobStore& blobs() { return *blobs_; }
  Index& index() { return *index_; }
  PyramidStore& pyramids() { return pyramids_; }
  ImportMemory& import_memory() { return *import_memory_; }

  /// Held by the one server of a store. Errors: forbidden (another one runs), io.
  Result<UniqueFd> lock_for_serving() const;
  /// Makes the DICOM JSON of instances that a version without it took in. An original that cannot
  /// be read any more is described by its identifiers. Errors: io (the index's).
  Status describe_rest();
  /// Before anything is written: finishes removals; after a writer that died, or when the index is
  /// empty, gives every original without a row its row (its bytes were durable: none is thrown
  /// away) and removes pyramids without one. Can be killed and begun again. Errors: io, no_space.
  Result<Recovered> recover();
  /// No file is removed from the store while this lives. Errors: io.
  Result<UniqueFd> lock_for_copying() const;
  /// Takes a study out: rows first, then its files; the files later (recover) when the store is
  /// being copied or this process dies. Errors: not_found, io.
  Status remove_study(std::string const& study_instance_uid);

  std::filesystem::path const& root() const { return root_; }

 private:
  Store(std::filesystem::path root, UniqueFd lock)
      : root_(std::move(root)), lock_(std::move(lock)), pyramids_(root_ / "pyramids") {}
  static Result<std::unique_ptr<Store>> open_locked(std::filesystem::path const& root,
                                                    UniqueFd lock);
  Status finish_removals();
  Status adopt_all(Recovered& recovered);
  Status remove_pyramids_without_row();

  std::filesystem::path root_;
  UniqueFd lock_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<Index> index_;
  PyramidStore pyramids_;
  std::unique_ptr<ImportMemory> import_memory_;
};

}  // namespace sightline::server
