#include "app/importer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <thread>

#include "base/byte_source.hpp"
#include "base/limits.hpp"
#include "dicom/instance.hpp"

namespace sightline::server {
namespace {

constexpr std::uint64_t kBudgetBytes = 1ull << 30;
// Storing waits for the disk more than for the processor.
constexpr unsigned kReaders = 8;

/// Larger files are copied into the store as they are read.
constexpr std::uint64_t kMostHeldBytes = 256ull << 20;
constexpr std::size_t kPieceBytes = 4 << 20;

Status read_exactly(int fd, std::uint64_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    ssize_t const got = ::pread(fd, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::io, std::strerror(errno));
    if (got == 0) return fail(Errc::io, "the file became shorter while it was read");
    into = into.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<std::vector<std::byte>> read_file(FileIdentity const& file) {
  auto const fd = open_regular_file(file.path);
  if (!fd) return std::unexpected(fd.error());
  std::vector<std::byte> bytes(static_cast<std::size_t>(file.size_bytes));
  if (Status const read = read_exactly(fd->get(), 0, bytes); !read)
    return std::unexpected(read.error());
  return bytes;
}

std::string reason_of(Error const& error) {
  std::string const name = errc_name(error.code);
  return error.detail.empty() ? name : name + ": " + error.detail;
}

/// Says something of this machine, not of the file.
bool is_of_machine(Errc code) {
  return code == Errc::no_space || code == Errc::io || code == Errc::out_of_memory;
}

/// A damaged one may not be known by its class any more, but by its name.
bool is_media_directory(Error const& error, std::filesystem::path const& path) {
  return error.code == Errc::unsupported ||
         (error.code != Errc::io && path.filename() == "DICOMDIR");
}

}  // namespace

Importer::Importer(Store& store, PyramidQueue& queue, OnRefused on_refused, OnStored on_stored)
    : store_(store),
      queue_(queue),
      ingest_(store.blobs(), store.index(), &queue),
      on_refused_(std::move(on_refused)),
      on_stored_(std::move(on_stored)),
      budget_(kBudgetBytes) {}

ImportReport Importer::run(std::vector<std::filesystem::path> const& paths) {
  auto walk = walk_files(paths);
  {
    std::lock_guard const lock(mutex_);
    report_ = {};
    report_.files = walk.files.size();
    for (auto const& file : walk.files) report_.bytes += file.size_bytes;
  }
  for (auto& problem : walk.problems) refuse(&ImportReport::refused, std::move(problem));
  next_ = 0;
  {
    std::vector<std::jthread> threads;
    auto const count = std::min<std::size_t>(kReaders, walk.files.size());
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&] { work(walk.files); });
  }
  queue_.wait_idle();
  return progress();
}

ImportReport Importer::progress() const {
  std::lock_guard const lock(mutex_);
  ImportReport now = report_;
  now.pictures = queue_.progress();
  return now;
}

void Importer::work(std::vector<FileIdentity> const& files) {
  for (std::size_t at = next_++; at < files.size(); at = next_++) {
    take(files[at]);
    std::lock_guard const lock(mutex_);
    ++report_.files_done;
    report_.bytes_done += files[at].size_bytes;
  }
}

void Importer::take(FileIdentity const& file) {
  if (auto const hash = still_stored(file)) {
    std::lock_guard const lock(mutex_);
    if (on_stored_) on_stored_(file.path, *hash);
    ++report_.already_there;
    return;
  }
  auto const taken = read_and_ingest(file);
  if (!taken) {
    if (is_of_machine(taken.error().code)) {
      std::lock_guard const lock(mutex_);
      ++report_.not_stored;
    }
    auto const list = taken.error().code == Errc::not_dicom ? &ImportReport::not_dicom
                      : is_media_directory(taken.error(), file.path)
                          ? &ImportReport::media_directories
                          : &ImportReport::refused;
    return refuse(list, {file.path, reason_of(taken.error())});
  }
  // Failing to remember costs a second reading next time, nothing else.
  (void)store_.import_memory().remember(file, taken->sha256_hex);
  std::lock_guard const lock(mutex_);
  if (on_stored_) on_stored_(file.path, taken->sha256_hex);
  switch (taken->outcome) {
    case AddOutcome::added: ++report_.added; break;
    case AddOutcome::already_there: ++report_.already_there; break;
    case AddOutcome::conflict: ++report_.conflicts; break;
  }
}

std::optional<std::string> Importer::still_stored(FileIdentity const& file) {
  auto const hash = store_.import_memory().recall(file);
  if (!hash || !*hash || !store_.blobs().contains(**hash)) return {};
  auto const study = store_.index().find_hash(**hash);
  return study && study->has_value() ? *hash : std::nullopt;
}

Result<Ingested> Importer::read_and_ingest(FileIdentity const& file) {
  if (file.size_bytes > kDefaultLimits.max_instance_bytes)
    return fail(Errc::limit_exceeded, "larger than any object this program takes");
  if (file.size_bytes > kMostHeldBytes) return copy_and_ingest(file);
  // Read, and held parsed: about twice the file.
  auto const share = budget_.take(2 * file.size_bytes);
  try {
    auto const bytes = read_file(file);
    if (!bytes) return std::unexpected(bytes.error());
    return ingest_.ingest(*bytes);
  } catch (std::bad_alloc const&) {
    return fail(Errc::out_of_memory, "not enough memory to read it");
  }
}

Result<Ingested> Importer::copy_and_ingest(FileIdentity const& file) {
  auto const share = budget_.take(4 * kPieceBytes);
  auto const fd = open_regular_file(file.path);
  if (!fd) return std::unexpected(fd.error());
  RangedBytes ranges(file.size_bytes, [&](std::uint64_t offset, std::span<std::byte> into) {
    return read_exactly(fd->get(), offset, into);
  });
  // What is no object is not copied first.
  if (auto const instance = dicom::read_instance(ranges); !instance)
    return std::unexpected(instance.error());
  auto const writer = store_.blobs().create();
  if (!writer) return std::unexpected(writer.error());
  std::vector<std::byte> piece(kPieceBytes);
  for (std::uint64_t at = 0; at < file.size_bytes; at += piece.size()) {
    piece.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, file.size_bytes - at)));
    if (Status const read = read_exactly(fd->get(), at, piece); !read)
      return std::unexpected(read.error());
    if (Status const written = (*writer)->write(piece); !written)
      return std::unexpected(written.error());
  }
  return ingest_.ingest(**writer, "").result;
}

void Importer::refuse(std::vector<WalkProblem> ImportReport::* list, WalkProblem problem) {
  std::lock_guard const lock(mutex_);
  on_refused_(problem);
  (report_.*list).push_back(std::move(problem));
}

}  // namespace sightline::server
