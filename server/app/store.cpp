#include "app/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "dicomweb/describe.hpp"
#include "tile/ingest.hpp"

namespace sightline::server {

namespace {

/// A lock file of the store, locked. Errors: forbidden (`held`, when another process has it), io.
Result<UniqueFd> lock_file(std::filesystem::path const& file, int operation, char const* held) {
  UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return fail(Errc::io, "cannot make the store's lock file");
  if (::flock(fd.get(), operation) == 0) return fd;
  if (errno != EWOULDBLOCK) return fail(Errc::io, "cannot lock the store");
  return fail(Errc::forbidden, held);
}

/// Shared by all who have the store open.
Result<UniqueFd> lock_to_use(std::filesystem::path const& root) {
  return lock_file(root / "store.lock", LOCK_SH | LOCK_NB,
                   "the store's index is being made again: wait until that has ended");
}

Result<std::filesystem::path> make_root(std::filesystem::path const& given) {
  std::error_code ec;
  auto root = std::filesystem::absolute(given, ec);
  std::filesystem::create_directories(root.parent_path(), ec);
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(Errc::io, "cannot make the store " + root.string() + ": " + std::strerror(errno));
  return root;
}

/// Originals, or an index of them. Errors: not_found.
Status check_is_store(std::filesystem::path const& given) {
  std::error_code ec;
  if (std::filesystem::is_directory(given / "originals", ec) ||
      std::filesystem::exists(given / "index.sqlite", ec))
    return {};
  return fail(Errc::not_found, "there is no store at " + given.string());
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(std::filesystem::path const& given) {
  auto const root = make_root(given);
  if (!root) return std::unexpected(root.error());
  auto lock = lock_to_use(*root);
  if (!lock) return std::unexpected(lock.error());
  return open_locked(*root, std::move(*lock));
}

Result<std::unique_ptr<Store>> Store::open_existing(std::filesystem::path const& given) {
  if (auto const found = check_is_store(given); !found) return std::unexpected(found.error());
  std::error_code ec;
  auto const root = std::filesystem::absolute(given, ec);
  auto lock = lock_to_use(root);  // before the index is looked for: reindex moves it
  if (!lock) return std::unexpected(lock.error());
  if (!std::filesystem::exists(root / "index.sqlite", ec))
    return fail(Errc::not_found,
                "the store at " + root.string() + " has no index: reindex makes it again");
  return open_locked(root, std::move(*lock));
}

Result<std::unique_ptr<Store>> Store::open_without_index(std::filesystem::path const& given) {
  if (auto const found = check_is_store(given); !found) return std::unexpected(found.error());
  auto const root = make_root(given);
  if (!root) return std::unexpected(root.error());
  auto lock = lock_file(*root / "store.lock", LOCK_EX | LOCK_NB,
                        "another sightline has this store open: stop it first");
  if (!lock) return std::unexpected(lock.error());
  {
    auto const old = open_locked(*root, {});
    if (old) {
      // What was to be removed must not come back.
      if (auto const done = (*old)->finish_removals(); !done) return std::unexpected(done.error());
    } else if (old.error().code != Errc::corrupt) {
      return std::unexpected(old.error());
    }
  }
  for (char const* const part : {"", "-wal", "-shm"}) {
    auto const from = root->native() + "/index.sqlite" + part;
    auto const to = root->native() + "/index.sqlite.before-reindex" + part;
    if (::unlink(to.c_str()) != 0 && errno != ENOENT)
      return fail(Errc::io, "cannot remove the index that was put aside before");
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT)
      return fail(Errc::io, "cannot put the index aside");
  }
  return open_locked(*root, std::move(*lock));
}

Result<std::unique_ptr<Store>> Store::open_locked(std::filesystem::path const& root,
                                                  UniqueFd lock) {
  auto blobs = open_folder_store(root);
  if (!blobs)
    return fail(blobs.error().code,
                "cannot open the store " + root.string() + ": " + blobs.error().detail);
  auto index = open_sqlite_index(root / "index.sqlite");
  if (!index)
    return fail(index.error().code,
                "cannot open the index of " + root.string() + ": " + index.error().detail);
  auto memory = ImportMemory::open(root / "imports.sqlite");
  if (!memory)
    return fail(memory.error().code,
                "cannot open imports.sqlite of " + root.string() + ": " + memory.error().detail);
  std::unique_ptr<Store> store(new Store(root, std::move(lock)));
  store->blobs_ = std::move(*blobs);
  store->index_ = std::move(*index);
  store->import_memory_ = std::move(*memory);
  return store;
}

Result<UniqueFd> Store::lock_for_serving() const {
  return lock_file(root_ / "serve.lock", LOCK_EX | LOCK_NB,
                   "another server shows this store: stop it, or give this one another --store");
}

Result<UniqueFd> Store::lock_for_copying() const {
  return lock_file(root_ / "copy.lock", LOCK_SH, "");
}

namespace {

/// Of an original that is not there: what its row tells.
DicomDocuments describe_stored(BlobReader const* reader, dicom::Instance const& instance) {
  if (reader == nullptr) return describe(ByteSource(), instance);
  RangedBytes ranges = reader->ranges();
  return describe(ranges, instance);
}

}  // namespace

Status Store::describe_rest() {
  constexpr std::uint32_t kAtOnce = 64;
  for (;;) {
    auto const hashes = index_->undescribed(kAtOnce);
    if (!hashes) return std::unexpected(hashes.error());
    if (hashes->empty()) return {};
    for (std::string const& hash : *hashes) {
      auto const known = index_->locate(hash);
      if (!known) return std::unexpected(known.error());
      auto const reader = blobs_->open(hash);
      auto const documents = describe_stored(reader ? reader->get() : nullptr, known->instance);
      if (auto const done = index_->describe(known->instance, hash, documents); !done) return done;
    }
  }
}

Status Store::remove_study(std::string const& study_instance_uid) {
  auto const hashes = index_->remove_study(study_instance_uid);
  if (!hashes) return std::unexpected(hashes.error());
  if (!finish_removals()) {
    return fail(Errc::io,
                "the study is out of the index, but not all of its files could be removed: the "
                "next start tries again");
  }
  return {};
}

Status Store::finish_removals() {
  auto const lock = lock_file(root_ / "copy.lock", LOCK_EX | LOCK_NB, "");
  if (!lock && lock.error().code == Errc::forbidden) return {};  // being copied: another time
  if (!lock) return std::unexpected(lock.error());
  return index_->finish_removals([this](std::string const& hash) -> Status {
    if (auto const removed = pyramids_.remove(hash); !removed) return removed;
    auto const removed = blobs_->remove(hash);
    bool const gone = removed || removed.error().code == Errc::not_found;
    return gone ? Status{} : removed;
  });
}

Result<Recovered> Store::recover() {
  if (auto const done = finish_removals(); !done) return std::unexpected(done.error());
  auto const counts = index_->counts();
  if (!counts) return std::unexpected(counts.error());
  Recovered recovered;
  if (!blobs_->may_have_orphans() && counts->instances > 0) return recovered;
  if (auto const marked = blobs_->begin_writing(); !marked) return std::unexpected(marked.error());
  auto done = adopt_all(recovered);
  if (done) done = remove_pyramids_without_row();
  if (done) done = blobs_->orphans_settled();
  if (done) return recovered;
  blobs_->orphan_left();
  return std::unexpected(done.error());
}

Status Store::adopt_all(Recovered& recovered) {
  std::vector<std::pair<std::int64_t, std::string>> orphans;  // by the time of writing
  Status looked_up;
  auto const listed = blobs_->for_each([&](BlobHash const& hash) {
    auto const study = index_->find_hash(hash);
    if (!study) looked_up = std::unexpected(study.error());
    if (!study || *study) return;
    auto const reader = blobs_->open(hash);
    orphans.emplace_back(reader ? (*reader)->written_ns() : 0, hash);
  });
  if (!listed) return listed;
  if (!looked_up) return looked_up;
  std::ranges::sort(orphans);
  Ingest ingest(*blobs_, *index_, nullptr);
  for (auto const& [when, hash] : orphans) {
    auto const adopted = ingest.adopt(hash);
    if (!adopted) {
      auto const code = adopted.error().code;
      if (code == Errc::io || code == Errc::no_space) return std::unexpected(adopted.error());
      recovered.unusable.push_back("original " + hash + " has no row and cannot have one: " +
                                   errc_name(code) + " " + adopted.error().detail);
      continue;
    }
    ++recovered.adopted;
    auto const table = pyramids_.read_table(hash);
    if (table && index_->set_streams(hash, *table)) ++recovered.pyramids_kept;
  }
  return {};
}

Status Store::remove_pyramids_without_row() {
  Status result;
  auto const listed = pyramids_.for_each([&](std::string const& hash) {
    auto const study = index_->find_hash(hash);
    if (!study) result = std::unexpected(study.error());
    if (!study || *study) return;
    if (auto const removed = pyramids_.remove(hash); !removed) result = removed;
  });
  return listed ? result : listed;
}

}  // namespace sightline::server
