#include "app/store_copy.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace sightline::server {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;
constexpr std::uint32_t kRowsAtOnce = 256;

/// False: the bytes are not those that were stored.
Result<bool> copy_original(BlobStore const& from, BlobStore& to, std::string const& hash) {
  auto const reader = from.open(hash);
  if (!reader)
    return reader.error().code == Errc::not_found ? Result<bool>(false)
                                                  : std::unexpected(reader.error());
  auto const writer = to.create();
  if (!writer) return std::unexpected(writer.error());
  std::vector<std::byte> piece;
  std::uint64_t const size = (*reader)->size_bytes();
  for (std::uint64_t at = 0; at < size; at += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - at)));
    if (!(*reader)->read(at, piece)) return false;
    if (auto const done = (*writer)->write(piece); !done) return std::unexpected(done.error());
  }
  auto const committed = (*writer)->commit();
  if (!committed) return std::unexpected(committed.error());
  if (committed->hash == hash) return true;
  if (committed->was_new) (void)to.remove(committed->hash);
  return false;
}

Status copy_originals(Index const& rows, BlobStore const& from, BlobStore& to, CopyReport& report) {
  for (std::int64_t after = 0;;) {
    auto const some = rows.stored(after, kRowsAtOnce);
    if (!some) return std::unexpected(some.error());
    if (some->empty()) return {};
    for (auto const& row : *some) {
      if (to.contains(row.sha256_hex)) {
        ++report.already_there;
        continue;
      }
      auto const whole = copy_original(from, to, row.sha256_hex);
      if (!whole) return std::unexpected(whole.error());
      if (!*whole) {
        report.damaged.push_back(row.sha256_hex);
        continue;
      }
      ++report.copied;
      report.bytes += row.size_bytes;
    }
    after = some->back().row;
  }
}

/// Puts the finished index in the place of an earlier one, none of whose side files may meet it.
Status publish(std::filesystem::path const& fresh, std::filesystem::path const& folder) {
  auto const target = folder / "index.sqlite";
  for (char const* const part : {"-wal", "-shm"}) {
    if (::unlink((target.native() + part).c_str()) != 0 && errno != ENOENT)
      return fail(Errc::io, "cannot remove the earlier copy's index");
  }
  if (std::rename(fresh.c_str(), target.c_str()) != 0)
    return fail(Errc::io, "cannot move the copy of the index to its name");
  UniqueFd const fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return fail(Errc::io, "cannot sync the copy's folder");
  return {};
}

}  // namespace

Result<CopyReport> copy_store(Store& from, std::filesystem::path const& to) {
  std::error_code ec;
  std::filesystem::create_directories(to.parent_path(), ec);
  auto const blobs = open_folder_store(to);
  if (!blobs) return std::unexpected(blobs.error());
  UniqueFd const lock(
      ::open((to / "store.lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) return fail(Errc::io, "cannot make the copy's lock file");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Errc::forbidden, "another sightline has the copy open: stop it first");
  auto const kept = from.lock_for_copying();
  if (!kept) return std::unexpected(kept.error());

  auto const fresh = to / "index.sqlite.copying";
  for (char const* const part : {"", "-wal", "-shm", "-journal"})
    std::filesystem::remove(fresh.native() + part, ec);
  if (auto const done = from.index().copy_to(fresh); !done) return std::unexpected(done.error());
  CopyReport report;
  {
    auto const rows = open_sqlite_index(fresh);
    if (!rows) return std::unexpected(rows.error());
    if (auto const done = copy_originals(**rows, from.blobs(), **blobs, report); !done)
      return std::unexpected(done.error());
  }
  if (auto const done = publish(fresh, to); !done) return std::unexpected(done.error());
  return report;
}

}  // namespace sightline::server
