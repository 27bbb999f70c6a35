#include "blob/folder_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace sightline::server {
namespace {

class FileReader final : public BlobReader {
 public:
  FileReader(UniqueFd fd, struct stat const& info)
      : fd_(std::move(fd)),
        size_bytes_(static_cast<std::uint64_t>(info.st_size)),
        written_ns_(std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  std::int64_t written_ns() const override { return written_ns_; }
  Status read(std::uint64_t offset_bytes, std::span<std::byte> into) const override {
    if (offset_bytes > size_bytes_ || into.size() > size_bytes_ - offset_bytes) {
      return fail(Errc::truncated, "read past the object's end", offset_bytes);
    }
    while (!into.empty()) {
      ssize_t const got =
          ::pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset_bytes));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(Errc::io, "cannot read the object", offset_bytes);
      if (got == 0) return fail(Errc::truncated, "the object is shorter than it was", offset_bytes);
      into = into.subspan(static_cast<std::size_t>(got));
      offset_bytes += static_cast<std::uint64_t>(got);
    }
    return {};
  }

 private:
  UniqueFd fd_;
  std::uint64_t size_bytes_;
  std::int64_t written_ns_;
};

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

Result<std::unique_ptr<BlobStore>> open_folder_store(std::filesystem::path const& root) {
  auto store = FolderStore::open_root(root, FileCalls::real());
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<BlobStore>(std::move(*store));
}

Result<std::unique_ptr<FolderStore>> FolderStore::open_root(std::filesystem::path const& root,
                                                            FileCalls calls) {
  std::unique_ptr<FolderStore> store(new FolderStore(root, std::move(calls)));
  for (auto const& folder : {root, root / "originals", root / "tmp", root / "writers"}) {
    if (auto const made = store->make_folder(folder); !made) return std::unexpected(made.error());
  }
  store->sweep_temporaries();
  return store;
}

Result<std::unique_ptr<BlobWriter>> FolderStore::create() {
  if (failed_)
    return fail(Errc::io,
                "an earlier write did not reach the disk: nothing is accepted until a restart");
  if (auto const marked = begin_writing(); !marked) return std::unexpected(marked.error());
  return create_folder_writer(*this, root_ / "tmp");
}

Status FolderStore::begin_writing() {
  std::lock_guard const lock(mutex_);
  if (marks_.has_own()) return {};
  if (auto const made = marks_.make_own(calls_); !made) return made;
  return sync_folder(root_ / "writers");
}

Result<std::unique_ptr<BlobReader>> FolderStore::open(BlobHash const& hash) const {
  if (!is_hash(hash)) return fail(Errc::invalid_argument, "not a hash");
  UniqueFd fd(calls_.open(path_of(hash).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0));
  if (!fd) return fail(errno == ENOENT ? Errc::not_found : Errc::io, "cannot open the object");
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return fail(Errc::io, "the object is not a file");
  return std::make_unique<FileReader>(std::move(fd), info);
}

bool FolderStore::contains(BlobHash const& hash) const {
  struct stat info{};
  return is_hash(hash) && ::lstat(path_of(hash).c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

Status FolderStore::remove(BlobHash const& hash) {
  if (!is_hash(hash)) return fail(Errc::invalid_argument, "not a hash");
  auto const path = path_of(hash);
  if (::unlink(path.c_str()) != 0)
    return fail(errno == ENOENT ? Errc::not_found : Errc::io, "cannot remove the object");
  return sync_folder(path.parent_path());
}

Status FolderStore::for_each(std::function<void(BlobHash const&)> const& visit) const {
  std::error_code ec;
  auto it = std::filesystem::recursive_directory_iterator(root_ / "originals", ec);
  for (; !ec && it != std::filesystem::recursive_directory_iterator(); it.increment(ec)) {
    std::string const name = it->path().filename().string();
    if (it.depth() == 2 && is_hash(name)) visit(name);
  }
  if (ec) return fail(Errc::io, "cannot list the originals");
  return {};
}

Result<BlobWriter::Committed> FolderStore::publish(std::filesystem::path const& temporary,
                                                   BlobHash const& hash, std::uint64_t size_bytes) {
  auto const path = path_of(hash);
  auto const folder = path.parent_path();
  for (auto const& each : {folder.parent_path(), folder}) {
    if (auto const made = make_folder(each); !made) return std::unexpected(made.error());
  }
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0) {
    if (!S_ISREG(info.st_mode) || static_cast<std::uint64_t>(info.st_size) != size_bytes) {
      return fail(Errc::io,
                  "the stored object of this name has another size: the store is damaged");
    }
    // Its writer may be another process that has renamed it but not yet synced the folder.
    if (auto const synced = sync_folder(folder); !synced) return std::unexpected(synced.error());
    return BlobWriter::Committed{hash, false};
  }
  if (calls_.rename(temporary.c_str(), path.c_str()) != 0)
    return fail(is_full(errno) ? Errc::no_space : Errc::io, "cannot move the object to its name");
  if (auto const synced = sync_folder(folder); !synced) {
    ::unlink(path.c_str());  // else a later commit of the same bytes would take it for durable
    return std::unexpected(synced.error());
  }
  return BlobWriter::Committed{hash, true};
}

std::unexpected<Error> FolderStore::sync_failed() {
  failed_ = true;
  return fail(Errc::io, "the disk did not confirm a write: nothing is accepted until a restart");
}

std::filesystem::path FolderStore::path_of(BlobHash const& hash) const {
  return root_ / "originals" / hash.substr(0, 2) / hash.substr(2, 2) / hash;
}

Status FolderStore::make_folder(std::filesystem::path const& folder) {
  {
    std::lock_guard const lock(mutex_);
    if (durable_folders_.contains(folder)) return {};
  }
  if (calls_.mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(is_full(errno) ? Errc::no_space : Errc::io, "cannot create a folder of the store");
  if (folder != root_) {
    if (auto const synced = sync_folder(folder.parent_path()); !synced) return synced;
  }
  std::lock_guard const lock(mutex_);
  durable_folders_.insert(folder);
  return {};
}

Status FolderStore::sync_folder(std::filesystem::path const& folder) {
  UniqueFd const fd(calls_.open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
  if (!fd) return fail(Errc::io, "cannot open a folder of the store");
  if (calls_.fsync(fd.get()) != 0) return sync_failed();
  return {};
}

void FolderStore::sweep_temporaries() const {
  std::error_code ec;
  for (auto const& entry : std::filesystem::directory_iterator(root_ / "tmp", ec)) {
    UniqueFd const fd(
        calls_.open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
  }
}

}  // namespace sightline::server
