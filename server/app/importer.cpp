#include "app/importer.hpp"

#include <algorithm>
#include <new>
#include <string_view>
#include <thread>

#include "app/unpack.hpp"
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
/// ZIP files around a file.
constexpr unsigned kMostDepth = 3;

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

/// As the walk over folders does: what is hidden is left alone.
bool is_hidden(std::string_view name) {
  while (!name.empty()) {
    std::string_view const part = name.substr(0, name.find('/'));
    if (part.starts_with('.') && part != "." && part != "..") return true;
    name.remove_prefix(std::min(part.size() + 1, name.size()));
  }
  return false;
}

/// By what a file is known again. Of a member also its place and checksum: a ZIP file may hold
/// several of one name.
FileIdentity remembered_as(ImportItem const& item) {
  FileIdentity identity = item.file;
  if (item.member) {
    ZipEntry const& entry = item.member->entry;
    identity.path += "@" + std::to_string(entry.header_offset) + "/" +
                     std::to_string(item.member->zip->size_bytes()) + "/" +
                     std::to_string(entry.crc32);
  }
  return identity;
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
  if (!walk.files.empty()) {
    ImportQueue files(std::move(walk.files));
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < kReaders; ++i) threads.emplace_back([&] { work(files); });
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

void Importer::work(ImportQueue& files) {
  while (auto const item = files.next()) {
    take(*item, files);
    {
      std::lock_guard const lock(mutex_);
      ++report_.files_done;
      report_.bytes_done += item->file.size_bytes;
    }
    files.done();
  }
}

void Importer::take(ImportItem const& item, ImportQueue& files) {
  FileIdentity const remembered = remembered_as(item);
  if (auto const hash = still_stored(remembered)) {
    std::lock_guard const lock(mutex_);
    if (on_stored_) on_stored_(item.file.path, *hash);
    ++report_.already_there;
    return;
  }
  Attempt const attempt = item.member ? take_member(item, files) : take_file(item.file, files);
  if (!attempt) return refuse(attempt.error(), item.file.path);
  if (!*attempt) return;
  Ingested const& taken = **attempt;
  // Failing to remember costs a second reading next time, nothing else.
  (void)store_.import_memory().remember(remembered, taken.sha256_hex);
  std::lock_guard const lock(mutex_);
  if (on_stored_) on_stored_(item.file.path, taken.sha256_hex);
  switch (taken.outcome) {
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

Importer::Attempt Importer::take_file(FileIdentity const& file, ImportQueue& files) {
  if (file.size_bytes > kDefaultLimits.max_instance_bytes)
    return fail(Errc::limit_exceeded, "larger than any object this program takes");
  auto fd = open_regular_file(file.path);
  if (!fd) return std::unexpected(fd.error());
  auto const bytes = std::make_shared<PackedBytes const>(std::move(*fd), file.size_bytes);
  std::string const name = file.path.filename().native();
  RangedBytes ranges = bytes->ranges();
  if (is_zip(ranges, name))
    return expand(file, {bytes, {}, 1, std::make_shared<UnpackAllowance>()}, files);
  if (is_gzip(ranges, name)) return take_gzip(*bytes);
  return file.size_bytes > kMostHeldBytes ? copy_and_ingest(*bytes) : read_and_ingest(*bytes);
}

Importer::Attempt Importer::take_member(ImportItem const& item, ImportQueue& files) {
  PackedMember const& member = *item.member;
  ZipEntry const& entry = member.entry;
  if (!entry.refusal.empty()) return refuse_packed(item.file, entry.refusal);
  std::uint64_t const most =
      entry.is_deflated ? kDefaultLimits.max_whole_bytes : kDefaultLimits.max_instance_bytes;
  if (entry.size_bytes > most) return fail(Errc::limit_exceeded, "larger than what is unpacked");
  if (!member.allowance->take_bytes(entry.size_bytes))
    return fail(Errc::limit_exceeded, "the ZIP file unfolds to more than is unpacked of one");
  RangedBytes zip = member.zip->ranges();
  auto const writer =
      unpacked([&](TakePiece const& take) { return unpack_member(zip, entry, take); });
  if (!writer) return std::unexpected(writer.error());
  bool const may_be_packed = has_ending(entry.name, ".zip") || has_ending(entry.name, ".gz");
  if (!may_be_packed || entry.size_bytes == 0) return ingested(**writer, entry.size_bytes);

  auto view = (*writer)->view();
  if (!view) return std::unexpected(view.error());
  auto const bytes = std::make_shared<PackedBytes const>(std::move(*view));
  RangedBytes ranges = bytes->ranges();
  if (is_gzip(ranges, entry.name)) return take_gzip(*bytes);
  if (!is_zip(ranges, entry.name)) return ingested(**writer, entry.size_bytes);
  if (member.depth == kMostDepth)
    return refuse_packed(item.file, "a ZIP file within more ZIP files than are opened");
  return expand(item.file, {bytes, {}, member.depth + 1, member.allowance}, files);
}

Importer::Attempt Importer::take_gzip(PackedBytes const& bytes) {
  RangedBytes ranges = bytes.ranges();
  std::uint64_t length = 0;
  auto const writer = unpacked([&](TakePiece const& take) {
    return unpack_gzip(ranges, kDefaultLimits.max_whole_bytes,
                       [&](std::span<std::byte const> piece) {
                         length += piece.size();
                         return take(piece);
                       });
  });
  if (!writer) return std::unexpected(writer.error());
  return ingested(**writer, length);
}

Importer::Attempt Importer::expand(FileIdentity const& file, PackedMember const& zip,
                                   ImportQueue& files) {
  RangedBytes ranges = zip.zip->ranges();
  auto entries = read_zip_directory(ranges);
  if (!entries && entries.error().code == Errc::unsupported)
    return refuse_packed(file, entries.error().detail);
  if (!entries) return std::unexpected(entries.error());
  std::erase_if(*entries, [](ZipEntry const& entry) { return is_hidden(entry.name); });
  if (!zip.allowance->take_files(entries->size()))
    return fail(Errc::limit_exceeded, "the ZIP files within one another hold too many files");
  std::vector<ImportItem> items;
  std::uint64_t bytes = 0;
  for (ZipEntry& entry : *entries) {
    std::uint64_t const size = entry.refusal.empty() ? entry.size_bytes : 0;
    // Not operator/, for which a name that begins with / leads away.
    std::filesystem::path const path = file.path.native() + "/" + entry.name;
    items.push_back({{path, size, file.modified_ns}, zip});
    items.back().member->entry = std::move(entry);
    bytes += size;
  }
  {
    std::lock_guard const lock(mutex_);
    report_.files += items.size();
    report_.bytes += bytes;
  }
  files.push(std::move(items));
  return std::nullopt;
}

Result<std::unique_ptr<BlobWriter>> Importer::unpacked(Unpack const& unpack) {
  auto writer = store_.blobs().create();
  if (!writer) return writer;
  Status const done =
      unpack([&](std::span<std::byte const> piece) { return (*writer)->write(piece); });
  if (!done) return std::unexpected(done.error());
  return writer;
}

Importer::Attempt Importer::ingested(BlobWriter& writer, std::uint64_t length_bytes) {
  if (length_bytes == 0) return ingest_.ingest(std::span<std::byte const>());
  return ingest_.ingest(writer, "").result;
}

Importer::Attempt Importer::read_and_ingest(PackedBytes const& file) {
  // Read, and held parsed: about twice the file.
  auto const share = budget_.take(2 * file.size_bytes());
  try {
    std::vector<std::byte> bytes(static_cast<std::size_t>(file.size_bytes()));
    if (Status const read = file.read(0, bytes); !read) return std::unexpected(read.error());
    return ingest_.ingest(bytes);
  } catch (std::bad_alloc const&) {
    return fail(Errc::out_of_memory, "not enough memory to read it");
  }
}

Importer::Attempt Importer::copy_and_ingest(PackedBytes const& file) {
  auto const share = budget_.take(4 * kPieceBytes);
  RangedBytes ranges = file.ranges();
  // What is no object is not copied first.
  if (auto const instance = dicom::read_instance(ranges); !instance)
    return std::unexpected(instance.error());
  auto const writer = store_.blobs().create();
  if (!writer) return std::unexpected(writer.error());
  std::vector<std::byte> piece(kPieceBytes);
  for (std::uint64_t at = 0; at < file.size_bytes(); at += piece.size()) {
    piece.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, file.size_bytes() - at)));
    if (Status const read = file.read(at, piece); !read) return std::unexpected(read.error());
    if (Status const written = (*writer)->write(piece); !written)
      return std::unexpected(written.error());
  }
  return ingest_.ingest(**writer, "").result;
}

Importer::Attempt Importer::refuse_packed(FileIdentity const& file, std::string const& reason) {
  refuse(&ImportReport::refused, {file.path, reason_of({Errc::unsupported, 0, reason})});
  return std::nullopt;
}

void Importer::refuse(Error const& error, std::filesystem::path const& path) {
  if (is_of_machine(error.code)) {
    std::lock_guard const lock(mutex_);
    ++report_.not_stored;
  }
  auto const list = error.code == Errc::not_dicom     ? &ImportReport::not_dicom
                    : is_media_directory(error, path) ? &ImportReport::media_directories
                                                      : &ImportReport::refused;
  refuse(list, {path, reason_of(error)});
}

void Importer::refuse(std::vector<WalkProblem> ImportReport::* list, WalkProblem problem) {
  std::lock_guard const lock(mutex_);
  on_refused_(problem);
  (report_.*list).push_back(std::move(problem));
}

}  // namespace sightline::server
