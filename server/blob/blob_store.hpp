#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// Names content by its SHA-256, 64 lower-case hex digits.
using BlobHash = std::string;

/// Random access to one stored object. Threads: any (pread).
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::uint64_t size_bytes() const = 0;
  /// Reads exactly `into.size()` bytes. Errors: io, truncated.
  virtual Status read(std::uint64_t offset_bytes, std::span<std::byte> into) const = 0;
  Result<std::vector<std::byte>> read_all() const;
};

/// The bytes of an object that is being written, mapped: only what is read of them takes memory.
/// Lifetime: may outlive the writer.
class BlobView {
 public:
  virtual ~BlobView() = default;
  virtual std::span<std::byte const> bytes() const = 0;
};

/// An object being written. Dropped without commit, it leaves nothing behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Status write(std::span<std::byte const> bytes) = 0;
  /// What has been written so far. Errors: io, invalid_argument (nothing yet).
  virtual Result<std::unique_ptr<BlobView>> view() = 0;
  struct Committed {
    BlobHash hash;
    bool was_new = true;
  };
  /// Makes it durable: fdatasync, rename to its hash, fsync of the folder; only then returns.
  /// Errors: io.
  virtual Result<Committed> commit() = 0;
};

/// The originals, byte for byte. Implementations: folder (here), S3 (later). Threads: any.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual Result<std::unique_ptr<BlobWriter>> create() = 0;
  virtual Result<std::unique_ptr<BlobReader>> open(BlobHash const& hash) const = 0;
  virtual Status remove(BlobHash const& hash) = 0;
  /// Every object, in any order; for reindex and verify.
  virtual Status for_each(std::function<void(BlobHash const&)> const& visit) const = 0;
};

/// Objects as files `originals/ab/cd/<hash>`, temporaries in `tmp/` (swept when opened).
Result<std::unique_ptr<BlobStore>> open_folder_store(std::filesystem::path const& root);

}  // namespace sightline::server
