#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "index/database.hpp"

namespace sightline::server {

/// What tells that a file has not changed since it was imported.
struct FileIdentity {
  std::filesystem::path path;  ///< absolute
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  bool operator==(FileIdentity const&) const = default;
};

/// Remembers which files were imported, so that a second import of the same tree only looks at
/// names, sizes and times. A convenience beside the index, in its own file: losing it costs a
/// second reading. Paths may name patients, so only their digests are kept. Threads: any;
/// processes: any.
class ImportMemory {
 public:
  static Result<std::unique_ptr<ImportMemory>> open(std::filesystem::path const& file);
  /// SHA-256 of the content when it was last imported; nothing when it is new or has changed.
  /// Errors: io.
  Result<std::optional<std::string>> recall(FileIdentity const& file);
  Status remember(FileIdentity const& file, std::string const& sha256_hex);

 private:
  explicit ImportMemory(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

}  // namespace sightline::server
