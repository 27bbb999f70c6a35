#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "blob/blob_store.hpp"
#include "blob/unique_fd.hpp"

namespace sightline::server {

/// What may come out of one file of the disk, all ZIP and gzip files within it together: bounds
/// what a small file can unfold to. Threads: any.
class UnpackAllowance {
 public:
  static constexpr std::uint64_t kMostBytes = 64ull << 30;
  static constexpr std::uint64_t kMostFiles = 1'000'000;

  /// False: they are too many by now.
  bool take_bytes(std::uint64_t bytes) { return taken(bytes_, bytes, kMostBytes); }
  bool take_files(std::uint64_t files) { return taken(files_, files, kMostFiles); }

 private:
  static bool taken(std::atomic<std::uint64_t>& sum, std::uint64_t more, std::uint64_t most) {
    return more <= most && sum.fetch_add(more) <= most - more;
  }
  std::atomic<std::uint64_t> bytes_ = 0, files_ = 0;
};

/// The bytes of a file that holds files: one of the disk, or one that was unpacked from another.
/// Threads: any, each with ranges of its own.
class PackedBytes {
 public:
  PackedBytes(UniqueFd fd, std::uint64_t size_bytes) : fd_(std::move(fd)), size_(size_bytes) {}
  explicit PackedBytes(std::unique_ptr<BlobView> view)
      : view_(std::move(view)), size_(view_->bytes().size()) {}

  std::uint64_t size_bytes() const { return size_; }
  /// Lifetime: these must outlive it.
  RangedBytes ranges() const {
    return RangedBytes(size_, [this](std::uint64_t offset, std::span<std::byte> into) {
      return read(offset, into);
    });
  }
  /// Reads exactly as many. Errors: io.
  Status read(std::uint64_t offset_bytes, std::span<std::byte> into) const;

 private:
  UniqueFd fd_;
  std::unique_ptr<BlobView> view_;
  std::uint64_t size_;
};

}  // namespace sightline::server
