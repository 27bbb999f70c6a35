#include "index/sqlite_index.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "index/conflict_rows.hpp"
#include "index/dicom_rows.hpp"
#include "index/instance_codec.hpp"
#include "index/schema.hpp"
#include "index/stream_codec.hpp"
#include "index/study_rows.hpp"

namespace sightline::server {
namespace {

bool needs_pyramid(dicom::Instance const& instance) {
  return instance.has_pixels && instance.unshowable_reason.empty() && instance.number_of_frames > 0;
}

Status insert_instance(Database& database, StudyRow const& row, dicom::Instance const& instance,
                       std::string const& sha256_hex, std::uint64_t size_bytes) {
  auto write = database.statement(
      "INSERT INTO instances (study_id, series_id, sop_instance_uid, sha256, size_bytes, frames, "
      "pending, attributes, streams, sop_class_uid, instance_number) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  write.integer(row.study_id)
      .integer(row.series_id)
      .text(instance.sop_instance_uid)
      .text(sha256_hex);
  write.integer(static_cast<std::int64_t>(size_bytes))
      .integer(instance.number_of_frames)
      .integer(needs_pyramid(instance));
  write.blob(encode_instance(instance)).blob({}).text(instance.sop_class_uid);
  return write.integer(instance.instance_number.value_or(0)).run();
}

/// The row of a hash, as far as set_streams needs it.
struct StreamsRow {
  std::int64_t id = 0, study_id = 0, frames = 0, pending = 0, failed_frames = 0;
};

Result<StreamsRow> find_streams_row(Database& database, std::string const& sha256_hex) {
  auto read = database.statement(
      "SELECT id, study_id, frames, pending, failed_frames FROM instances WHERE sha256 = ?");
  read.text(sha256_hex);
  bool const there = read.step();
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  if (!there) return fail(Errc::not_found, "no such instance");
  return StreamsRow{read.integer_at(0), read.integer_at(1), read.integer_at(2), read.integer_at(3),
                    read.integer_at(4)};
}

Status forget_removal(Database& database, std::string const& sha256_hex) {
  return database.statement("DELETE FROM removals WHERE sha256 = ?").text(sha256_hex).run();
}

Result<std::vector<std::string>> texts_of(Database& database, std::string const& sql) {
  auto read = database.statement(sql);
  std::vector<std::string> texts;
  while (read.step()) texts.push_back(read.text_at(0));
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return texts;
}

/// Makes the pictures of a copy, whose pyramids stay behind, pending.
Status forget_pictures(std::filesystem::path const& file) {
  auto const database = Database::open(file);
  if (!database) return std::unexpected(database.error());
  return (*database)->execute(
      "BEGIN IMMEDIATE; "
      "UPDATE instances SET pending = 1, streams = x'', failed_frames = 0 WHERE length(streams) > "
      "0; "
      "UPDATE studies SET failed = 0, failed_frames = 0, pending = (SELECT sum(pending) FROM "
      "instances WHERE study_id = studies.id); "
      "COMMIT; PRAGMA journal_mode=DELETE");
}

/// A count of the study list and what it has to be.
constexpr std::array kCounts = {
    std::pair{"series", "(SELECT count(*) FROM series WHERE study_id = s.id)"},
    std::pair{"instances", "(SELECT count(*) FROM instances WHERE study_id = s.id)"},
    std::pair{"frames", "(SELECT total(frames) FROM instances WHERE study_id = s.id)"},
    std::pair{"bytes", "(SELECT total(size_bytes) FROM instances WHERE study_id = s.id)"},
    std::pair{"pending", "(SELECT total(pending) FROM instances WHERE study_id = s.id)"},
    std::pair{"failed", "(SELECT total(failed_frames > 0) FROM instances WHERE study_id = s.id)"},
    std::pair{"failed_frames",
              "(SELECT total(failed_frames) FROM instances WHERE study_id = s.id)"},
    std::pair{"conflicts", "(SELECT total(conflict) FROM instances WHERE study_id = s.id)"},
};

}  // namespace

/// Gives its connection back when it goes; statements made from it must be gone by then.
class SqliteIndex::Reader {
 public:
  Reader(SqliteIndex const& index, std::unique_ptr<Database> database)
      : index_(&index), database_(std::move(database)) {}
  Reader(Reader&&) = default;
  Reader& operator=(Reader&&) = delete;
  ~Reader() {
    if (!database_) return;
    std::lock_guard const lock(index_->readers_mutex_);
    index_->idle_readers_.push_back(std::move(database_));
  }
  Database& operator*() const { return *database_; }
  Database* operator->() const { return database_.get(); }

 private:
  SqliteIndex const* index_;
  std::unique_ptr<Database> database_;
};

Result<std::unique_ptr<Index>> open_sqlite_index(std::filesystem::path const& file) {
  auto index = SqliteIndex::open_file(file);
  if (!index) return std::unexpected(index.error());
  return std::unique_ptr<Index>(std::move(*index));
}

Result<std::unique_ptr<SqliteIndex>> SqliteIndex::open_file(std::filesystem::path const& file) {
  auto writer = Database::open(file);
  if (!writer) return std::unexpected(writer.error());
  if (auto const done = migrate(**writer); !done) return std::unexpected(done.error());
  auto rebuilder = Database::open(file);
  if (!rebuilder) return std::unexpected(rebuilder.error());
  if (auto const done = (*rebuilder)->execute("PRAGMA synchronous=NORMAL"); !done)
    return std::unexpected(done.error());
  return std::unique_ptr<SqliteIndex>(
      new SqliteIndex(file, std::move(*writer), std::move(*rebuilder)));
}

Result<SqliteIndex::Reader> SqliteIndex::borrow() const {
  {
    std::lock_guard const lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      Reader reader(*this, std::move(idle_readers_.back()));
      idle_readers_.pop_back();
      return reader;
    }
  }
  auto opened = Database::open(file_);
  if (!opened) return std::unexpected(opened.error());
  return Reader(*this, std::move(*opened));
}

Result<AddOutcome> SqliteIndex::add(dicom::Instance const& instance, std::string const& sha256_hex,
                                    std::uint64_t size_bytes, DicomDocuments const& documents,
                                    OriginalCheck const& original_is_there) {
  std::lock_guard const lock(writer_mutex_);
  auto transaction = Transaction::begin(*writer_);
  if (!transaction) return std::unexpected(transaction.error());
  auto const known = find_streams_row(*writer_, sha256_hex);
  if (known) return AddOutcome::already_there;
  if (known.error().code != Errc::not_found) return std::unexpected(known.error());
  // Files go only under this lock (finish_removals): what is there now stays.
  if (original_is_there && !original_is_there())
    return fail(Errc::stale, "the original was removed meanwhile");
  if (auto const kept = forget_removal(*writer_, sha256_hex); !kept)
    return std::unexpected(kept.error());

  auto const row = ensure_study(*writer_, instance);
  if (!row) return std::unexpected(row.error());
  if (auto const done = insert_instance(*writer_, *row, instance, sha256_hex, size_bytes); !done)
    return std::unexpected(done.error());
  if (!documents.metadata.empty()) {
    if (auto const done = write_documents(*writer_, sha256_hex, documents); !done)
      return std::unexpected(done.error());
  }
  StudyDelta const delta{.instances = 1,
                         .frames = instance.number_of_frames,
                         .bytes = static_cast<std::int64_t>(size_bytes),
                         .pending = needs_pyramid(instance)};
  if (auto const done = change_study(*writer_, row->study_id, delta); !done)
    return std::unexpected(done.error());
  auto const conflict = settle_conflict(*writer_, instance.sop_instance_uid);
  if (!conflict) return std::unexpected(conflict.error());
  if (auto const done = transaction->commit(); !done) return std::unexpected(done.error());
  return *conflict ? AddOutcome::conflict : AddOutcome::added;
}

Status SqliteIndex::set_streams(std::string const& sha256_hex,
                                std::vector<wire::StreamIndex> const& streams) {
  std::lock_guard const lock(writer_mutex_);
  auto transaction = Transaction::begin(*rebuilder_);
  if (!transaction) return std::unexpected(transaction.error());
  auto const row = find_streams_row(*rebuilder_, sha256_hex);
  if (!row) return std::unexpected(row.error());
  if (streams.size() != static_cast<std::size_t>(row->frames))
    return fail(Errc::invalid_argument, "one stream per frame");
  auto const failed =
      std::ranges::count_if(streams, [](auto const& stream) { return stream.failure != Errc::ok; });
  {
    auto write = rebuilder_->statement(
        "UPDATE instances SET streams = ?, pending = 0, failed_frames = ? WHERE id = ?");
    if (auto const done =
            write.blob(encode_streams(streams)).integer(failed).integer(row->id).run();
        !done)
      return done;
  }
  StudyDelta const delta{.pending = -row->pending,
                         .failed = (failed > 0 ? 1 : 0) - (row->failed_frames > 0 ? 1 : 0),
                         .failed_frames = failed - row->failed_frames};
  if (auto const done = change_study(*rebuilder_, row->study_id, delta); !done) return done;
  return transaction->commit();
}

Status SqliteIndex::describe(dicom::Instance const& instance, std::string const& sha256_hex,
                             DicomDocuments const& documents) {
  std::lock_guard const lock(writer_mutex_);
  auto transaction = Transaction::begin(*rebuilder_);
  if (!transaction) return std::unexpected(transaction.error());
  if (auto const done = write_documents(*rebuilder_, sha256_hex, documents); !done) return done;
  if (auto const done = write_columns(*rebuilder_, sha256_hex, instance); !done) return done;
  return transaction->commit();
}

Result<std::vector<std::string>> SqliteIndex::undescribed(std::uint32_t limit) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT sha256 FROM instances WHERE metadata IS NULL ORDER BY id LIMIT ?");
  read.integer(limit);
  std::vector<std::string> found;
  while (read.step()) found.push_back(read.text_at(0));
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return found;
}

Status SqliteIndex::search(DicomSearch const& search, DicomVisit const& visit) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  return visit_dicom_rows(**reader, search, visit);
}

Result<std::vector<PendingInstance>> SqliteIndex::pending(std::uint32_t limit) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT i.sha256, s.study_instance_uid FROM instances i JOIN studies s ON s.id = i.study_id "
      "WHERE i.pending = 1 "
      "ORDER BY i.id LIMIT ?");
  read.integer(limit);
  std::vector<PendingInstance> found;
  while (read.step()) found.push_back({read.text_at(0), read.text_at(1)});
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return found;
}

Result<StudyPage> SqliteIndex::studies(StudyQuery const& query) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  return read_studies(**reader, query);
}

Result<std::uint64_t> SqliteIndex::revision(std::string const& study_instance_uid) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement("SELECT revision FROM studies WHERE study_instance_uid = ?");
  read.text(study_instance_uid);
  bool const there = read.step();
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  if (!there) return fail(Errc::not_found, "no such study");
  return static_cast<std::uint64_t>(read.integer_at(0));
}

Result<wire::Manifest> SqliteIndex::manifest(std::string const& study_instance_uid) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  // One statement sees one state of the database: the revision is that of these rows.
  auto read = (*reader)->statement(
      "SELECT s.revision, i.sha256, i.conflict, i.pending, i.attributes, i.streams, s.instances "
      "FROM studies s JOIN instances i "
      "ON i.study_id = s.id WHERE s.study_instance_uid = ? ORDER BY i.id");
  read.text(study_instance_uid);
  wire::Manifest manifest;
  while (read.step()) {
    if (manifest.instances.empty())
      manifest.instances.reserve(static_cast<std::size_t>(read.integer_at(6)));
    manifest.revision = static_cast<std::uint64_t>(read.integer_at(0));
    auto instance = decode_instance(read.blob_at(4));
    if (!instance) return std::unexpected(instance.error());
    auto streams = decode_streams(read.blob_at(5));
    if (!streams) return std::unexpected(streams.error());
    manifest.instances.push_back({std::move(*instance), read.text_at(1), read.integer_at(2) != 0,
                                  read.integer_at(3) != 0, std::move(*streams)});
  }
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  if (manifest.instances.empty()) return fail(Errc::not_found, "no such study");
  return manifest;
}

Result<StreamLocation> SqliteIndex::locate(std::string const& sha256_hex) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT s.study_instance_uid, i.pending, i.attributes, i.streams FROM instances i JOIN "
      "studies s ON s.id = i.study_id "
      "WHERE i.sha256 = ?");
  read.text(sha256_hex);
  bool const there = read.step();
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  if (!there) return fail(Errc::not_found, "no such instance");
  auto instance = decode_instance(read.blob_at(2));
  if (!instance) return std::unexpected(instance.error());
  auto streams = decode_streams(read.blob_at(3));
  if (!streams) return std::unexpected(streams.error());
  return StreamLocation{read.text_at(0), read.integer_at(1) != 0, std::move(*instance),
                        std::move(*streams)};
}

Result<std::string> SqliteIndex::find_instance(std::string const& study, std::string const& series,
                                               std::string const& sop) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT i.sha256 FROM instances i JOIN series e ON e.id = i.series_id JOIN studies s ON s.id "
      "= i.study_id "
      "WHERE i.sop_instance_uid = ? AND e.series_instance_uid = ? AND s.study_instance_uid = ? "
      "ORDER BY i.id LIMIT 1");
  read.text(sop).text(series).text(study);
  bool const there = read.step();
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  if (!there) return fail(Errc::not_found, "no such instance");
  return read.text_at(0);
}

Result<std::optional<std::string>> SqliteIndex::find_hash(std::string const& sha256_hex) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT s.study_instance_uid FROM instances i JOIN studies s ON s.id = i.study_id WHERE "
      "i.sha256 = ?");
  read.text(sha256_hex);
  bool const there = read.step();
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return there ? std::optional(read.text_at(0)) : std::nullopt;
}

Result<std::vector<std::string>> SqliteIndex::remove_study(std::string const& study_instance_uid) {
  std::lock_guard const lock(writer_mutex_);
  auto transaction = Transaction::begin(*writer_);
  if (!transaction) return std::unexpected(transaction.error());
  std::int64_t study_id = 0;
  std::vector<std::string> hashes;
  {
    auto read = writer_->statement(
        "SELECT s.id, i.sha256 FROM studies s JOIN instances i ON i.study_id = s.id WHERE "
        "s.study_instance_uid = ?");
    read.text(study_instance_uid);
    while (read.step()) study_id = read.integer_at(0), hashes.push_back(read.text_at(1));
    if (auto const done = read.status(); !done) return std::unexpected(done.error());
  }
  if (hashes.empty()) return fail(Errc::not_found, "no such study");
  auto const conflicts = conflicting_uids(*writer_, study_id);
  if (!conflicts) return std::unexpected(conflicts.error());
  auto remove = writer_->statement("DELETE FROM studies WHERE id = ?");
  if (auto const done = remove.integer(study_id).run(); !done) return std::unexpected(done.error());
  for (auto const& uid : *conflicts) {
    if (auto const settled = settle_conflict(*writer_, uid); !settled)
      return std::unexpected(settled.error());
  }
  for (auto const& hash : hashes) {
    auto note = writer_->statement("INSERT OR IGNORE INTO removals VALUES (?)");
    if (auto const done = note.text(hash).run(); !done) return std::unexpected(done.error());
  }
  if (auto const done = transaction->commit(); !done) return std::unexpected(done.error());
  return hashes;
}

Status SqliteIndex::finish_removals(
    std::function<Status(std::string const& sha256_hex)> const& remove_files) {
  constexpr char kSome[] = "SELECT sha256 FROM removals LIMIT 64";  // others want the lock too
  for (;;) {
    std::lock_guard const lock(writer_mutex_);
    auto transaction = Transaction::begin(*writer_);
    if (!transaction) return std::unexpected(transaction.error());
    auto const hashes = texts_of(*writer_, kSome);
    if (!hashes) return std::unexpected(hashes.error());
    if (hashes->empty()) return {};
    for (auto const& hash : *hashes) {
      if (auto const removed = remove_files(hash); !removed) return removed;
      if (auto const done = forget_removal(*writer_, hash); !done) return done;
    }
    if (auto const done = transaction->commit(); !done) return done;
  }
}

Result<std::vector<InstanceRow>> SqliteIndex::stored(std::int64_t after_row,
                                                     std::uint32_t limit) const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT i.id, i.sha256, s.study_instance_uid, i.size_bytes FROM instances i JOIN studies s "
      "ON s.id = i.study_id WHERE i.id > ? ORDER BY i.id LIMIT ?");
  read.integer(after_row).integer(limit);
  std::vector<InstanceRow> found;
  while (read.step()) {
    found.push_back({read.integer_at(0), read.text_at(1), read.text_at(2),
                     static_cast<std::uint64_t>(read.integer_at(3))});
  }
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return found;
}

Result<std::vector<std::string>> SqliteIndex::self_check() const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto found = texts_of(**reader, "PRAGMA integrity_check(20)");
  if (!found) return found;
  std::erase(*found, "ok");
  auto const without_owner = texts_of(**reader, "PRAGMA foreign_key_check");
  if (!without_owner) return without_owner;
  if (!without_owner->empty())
    found->push_back(std::to_string(without_owner->size()) + " rows belong to no study or series");
  for (auto const& [name, sum] : kCounts) {
    auto const wrong =
        texts_of(**reader, std::string("SELECT 1 FROM studies s WHERE s.") + name + " <> " + sum);
    if (!wrong) return wrong;
    if (!wrong->empty()) {
      found->push_back("the count of " + std::string(name) + " is wrong in " +
                       std::to_string(wrong->size()) + " studies");
    }
  }
  return found;
}

Status SqliteIndex::copy_to(std::filesystem::path const& file) const {
  {
    auto const reader = borrow();
    if (!reader) return std::unexpected(reader.error());
    if (auto const done = (*reader)->statement("VACUUM INTO ?").text(file.native()).run(); !done)
      return done;
  }
  if (auto const done = forget_pictures(file); !done) return done;
  int const fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  bool const synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced ? Status{} : fail(Errc::io, "cannot sync the copy of the index");
}

Result<Counts> SqliteIndex::counts() const {
  auto const reader = borrow();
  if (!reader) return std::unexpected(reader.error());
  auto read = (*reader)->statement(
      "SELECT count(*), sum(series), sum(instances), sum(frames), sum(bytes), sum(pending), "
      "sum(failed_frames), sum(conflicts) "
      "FROM studies");
  Counts counts;
  if (read.step()) {
    int column = 0;
    for (std::uint64_t* const field :
         {&counts.studies, &counts.series, &counts.instances, &counts.frames, &counts.bytes,
          &counts.pending, &counts.failed_frames, &counts.conflicts}) {
      *field = static_cast<std::uint64_t>(read.integer_at(column++));
    }
  }
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return counts;
}

}  // namespace sightline::server
