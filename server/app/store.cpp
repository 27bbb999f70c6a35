#include "app/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "dicomweb/describe.hpp"

namespace sightline::server {

Result<std::unique_ptr<Store>> Store::open(std::filesystem::path const& given) {
  std::error_code ec;
  auto const root = std::filesystem::absolute(given, ec);
  std::filesystem::create_directories(root.parent_path(), ec);
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(Errc::io, "cannot make the store " + root.string() + ": " + std::strerror(errno));
  }
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
  std::unique_ptr<Store> store(new Store(root));
  store->blobs_ = std::move(*blobs);
  store->index_ = std::move(*index);
  store->import_memory_ = std::move(*memory);
  return store;
}

Result<UniqueFd> Store::lock_for_serving() const {
  UniqueFd fd(
      ::open((root_ / "serve.lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return fail(Errc::io, "cannot make the store's lock file");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(Errc::io, "cannot lock the store");
    return fail(Errc::forbidden,
                "another server shows this store: stop it, or give this one another --store");
  }
  return fd;
}

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
      auto const file = reader ? (*reader)->read_all() : std::unexpected(reader.error());
      auto const documents = describe(
          file ? std::span<std::byte const>(*file) : std::span<std::byte const>(), known->instance);
      if (auto const done = index_->describe(known->instance, hash, documents); !done) return done;
    }
  }
}

Status Store::remove_study(std::string const& study_instance_uid) {
  auto const hashes = index_->remove_study(study_instance_uid);
  if (!hashes) return std::unexpected(hashes.error());
  Status result;
  for (auto const& hash : *hashes) {
    auto const pyramid = pyramids_.remove(hash);
    auto const original = blobs_->remove(hash);
    bool const gone = original || original.error().code == Errc::not_found;
    if (!pyramid || !gone)
      result = fail(Errc::io,
                    "the study is out of the index, but not all of its files could be removed");
  }
  return result;
}

}  // namespace sightline::server
