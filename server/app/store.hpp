#pragma once
#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "blob/blob_store.hpp"
#include "blob/unique_fd.hpp"
#include "index/import_memory.hpp"
#include "index/index.hpp"
#include "tile/pyramid_store.hpp"

namespace sightline::server {

/// Everything that is kept, under one folder (0700): originals/ and tmp/, index.sqlite, pyramids/,
/// imports.sqlite. Several processes may have it open. Threads: any.
class Store {
 public:
  /// Makes what is not there. Errors: io, corrupt, unsupported, each with a sentence for people.
  static Result<std::unique_ptr<Store>> open(std::filesystem::path const& root);

  BlobStore& blobs() { return *blobs_; }
  Index& index() { return *index_; }
  PyramidStore& pyramids() { return pyramids_; }
  ImportMemory& import_memory() { return *import_memory_; }

  /// Held by the one server of a store. Errors: forbidden (another one runs), io.
  Result<UniqueFd> lock_for_serving() const;
  /// Makes the DICOM JSON of instances that a version without it took in. An original that cannot
  /// be read any more is described by its identifiers. Errors: io (the index's).
  Status describe_rest();
  /// Takes a study out: rows first, then its files. Errors: not_found, io.
  Status remove_study(std::string const& study_instance_uid);

 private:
  explicit Store(std::filesystem::path root)
      : root_(std::move(root)), pyramids_(root_ / "pyramids") {}
  std::filesystem::path root_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<Index> index_;
  PyramidStore pyramids_;
  std::unique_ptr<ImportMemory> import_memory_;
};

}  // namespace sightline::server
