#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"

namespace sightline::server {

/// Names content by its SHA-256, 64 lower-case hex digits.
using BlobHash = std::string;

/// Random access to one stored object. Threads: any (pread).
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::uint64_t size_bytes() const = 0;
  /// When it was written. Units: nanoseconds since 1970.
  virtual std::int64_t written_ns() const = 0;
  /// Reads exactly `into.size()` bytes. Errors: io, truncated.
  virtual Status read(std::uint64_t offset_bytes, std::span<std::byte> into) const = 0;
  /// All of it, in memory. Errors: io, truncated; limit_exceeded over Limits::max_whole_bytes.
  Result<std::vector<std::byte>> read_all() const;
  /// To be read by ranges. Lifetime: this reader must outlive it.
  RangedBytes ranges() const;
  /// SHA-256 of all of it, a piece of it in memory. Errors: io, truncated.
  Result<BlobHash> digest() const;
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
  /// Errors: io, no_space.
  virtual Status write(std::span<std::byte const> bytes) = 0;
  /// What has been written so far. Errors: io, invalid_argument (nothing yet).
  virtual Result<std::unique_ptr<BlobView>> view() = 0;
  struct Committed {
    BlobHash hash;
    bool was_new = true;
  };
  /// Makes it durable: fdatasync, rename to its hash, fsync of the folder; only then returns.
  /// Errors: io, no_space.
  virtual Result<Committed> commit() = 0;
};

/// The originals, byte for byte. Implementations: folder (here), S3 (later). Threads: any.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual Result<std::unique_ptr<BlobWriter>> create() = 0;
  virtual Result<std::unique_ptr<BlobReader>> open(BlobHash const& hash) const = 0;
  virtual bool contains(BlobHash const& hash) const = 0;
  virtual Status remove(BlobHash const& hash) = 0;
  /// Every object, in any order; for reindex and verify.
  virtual Status for_each(std::function<void(BlobHash const&)> const& visit) const = 0;

  /// Objects that no row names come from writers that died, or that could not write the row. True
  /// when there were such writers, for whoever compares all objects with the index then.
  virtual bool may_have_orphans() const = 0;
  /// Marks this process as one that writes, as create() does too. Errors: io, no_space.
  virtual Status begin_writing() = 0;
  /// That was done: what earlier writers left is known. Errors: io.
  virtual Status orphans_settled() = 0;
  /// An object was committed, but its row was not.
  virtual void orphan_left() = 0;
};

/// Objects as files `originals/ab/cd/<hash>`, temporaries in `tmp/` (swept when opened), marks of
/// the processes that write in `writers/`.
Result<std::unique_ptr<BlobStore>> open_folder_store(std::filesystem::path const& root);

}  // namespace sightline::server
