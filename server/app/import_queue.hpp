#pragma once
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "app/file_walk.hpp"
#include "app/packed_bytes.hpp"
#include "app/zip_directory.hpp"

namespace sightline::server {

/// A file within a ZIP file.
struct PackedMember {
  std::shared_ptr<PackedBytes const> zip;
  ZipEntry entry;
  unsigned depth = 1;  ///< ZIP files around it
  std::shared_ptr<UnpackAllowance> allowance;
};

/// A file that is to be taken: of the disk, or of a ZIP file.
struct ImportItem {
  /// Of a member: a path by which it is named, and the time of the file on the disk.
  FileIdentity file;
  std::optional<PackedMember> member;
};

/// Work that may grow while it is done; what came last is done first, so that no more ZIP files are
/// open than threads times their depth. Threads: any.
class ImportQueue {
 public:
  explicit ImportQueue(std::vector<FileIdentity> files) {
    for (std::size_t i = files.size(); i-- > 0;) items_.push_back({std::move(files[i]), {}});
  }
  void push(std::vector<ImportItem> items) {
    std::lock_guard const lock(mutex_);
    for (std::size_t i = items.size(); i-- > 0;) items_.push_back(std::move(items[i]));
    changed_.notify_all();
  }
  /// Waits while others, that are at work, may push more; nothing when all is done. Whoever got an
  /// item calls done() after it.
  std::optional<ImportItem> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !items_.empty() || at_work_ == 0; });
    if (items_.empty()) return std::nullopt;
    ImportItem item = std::move(items_.back());
    items_.pop_back();
    ++at_work_;
    return item;
  }
  void done() {
    std::lock_guard const lock(mutex_);
    if (--at_work_ == 0) changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ImportItem> items_;
  std::size_t at_work_ = 0;
};

}  // namespace sightline::server
