#include "index/import_memory.hpp"

#include <span>

#include "base/sha256.hpp"

namespace sightline::server {
namespace {

std::string key_of(FileIdentity const& file) {
  std::string const& path = file.path.native();
  return to_hex(sha256(std::as_bytes(std::span<char const>(path.data(), path.size()))));
}

}  // namespace

Result<std::unique_ptr<ImportMemory>> ImportMemory::open(std::filesystem::path const& file) {
  auto database = Database::open(file);
  if (!database) return std::unexpected(database.error());
  // Nothing here is acknowledged to anyone: losing the last rows in a power cut is fine.
  auto const made = (*database)->execute(
      "PRAGMA synchronous=OFF; CREATE TABLE IF NOT EXISTS files (path_sha256 TEXT PRIMARY KEY, "
      "size_bytes INTEGER NOT NULL, "
      "modified_ns INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID");
  if (!made) return std::unexpected(made.error());
  return std::unique_ptr<ImportMemory>(new ImportMemory(std::move(*database)));
}

Result<std::optional<std::string>> ImportMemory::recall(FileIdentity const& file) {
  std::lock_guard const lock(mutex_);
  auto read = database_->statement(
      "SELECT sha256 FROM files WHERE path_sha256 = ? AND size_bytes = ? AND modified_ns = ?");
  read.text(key_of(file))
      .integer(static_cast<std::int64_t>(file.size_bytes))
      .integer(file.modified_ns);
  bool const there = read.step();
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return there ? std::optional(read.text_at(0)) : std::nullopt;
}

Status ImportMemory::remember(FileIdentity const& file, std::string const& sha256_hex) {
  std::lock_guard const lock(mutex_);
  auto write = database_->statement("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)");
  write.text(key_of(file))
      .integer(static_cast<std::int64_t>(file.size_bytes))
      .integer(file.modified_ns);
  return write.text(sha256_hex).run();
}

}  // namespace sightline::server
