#pragma once
#include <atomic>
#include <mutex>
#include <set>

#include "blob/blob_store.hpp"
#include "blob/file_calls.hpp"
#include "blob/unique_fd.hpp"
#include "blob/writer_marks.hpp"

namespace sightline::server {

/// The folder that holds BlobStore objects, and the order of calls that makes one durable. Threads:
/// any; several processes may share one root.
class FolderStore final : public BlobStore {
 public:
  /// Creates the folders and sweeps temporaries whose writer is gone. Errors: io.
  static Result<std::unique_ptr<FolderStore>> open_root(std::filesystem::path const& root,
                                                        FileCalls calls);

  Result<std::unique_ptr<BlobWriter>> create() override;
  Result<std::unique_ptr<BlobReader>> open(BlobHash const& hash) const override;
  bool contains(BlobHash const& hash) const override;
  Status remove(BlobHash const& hash) override;
  Status for_each(std::function<void(BlobHash const&)> const& visit) const override;
  bool may_have_orphans() const override { return marks_.others_died(); }
  Status begin_writing() override;
  Status orphans_settled() override { return marks_.forget_dead(); }
  void orphan_left() override { marks_.keep(); }

  /// Moves a temporary, whose bytes are already on the disk, to its name and makes that name
  /// durable.
  Result<BlobWriter::Committed> publish(std::filesystem::path const& temporary,
                                        BlobHash const& hash, std::uint64_t size_bytes);
  /// A failed sync says that the kernel dropped bytes, and a second sync would succeed without
  /// them: from then on nothing is accepted until the store is opened again.
  std::unexpected<Error> sync_failed();
  FileCalls const& calls() const { return calls_; }

 private:
  FolderStore(std::filesystem::path root, FileCalls calls)
      : root_(std::move(root)), calls_(std::move(calls)), marks_(root_ / "writers") {}
  std::filesystem::path path_of(BlobHash const& hash) const;
  Status make_folder(std::filesystem::path const& folder);
  Status sync_folder(std::filesystem::path const& folder);
  void sweep_temporaries() const;

  std::filesystem::path root_;
  FileCalls calls_;
  WriterMarks marks_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::set<std::filesystem::path>
      durable_folders_;  ///< their own names are known to be on the disk
};

/// A file under tmp/, locked while it is written so that no sweep takes it. Errors: io.
Result<std::unique_ptr<BlobWriter>> create_folder_writer(FolderStore& store,
                                                         std::filesystem::path const& tmp);

}  // namespace sightline::server
