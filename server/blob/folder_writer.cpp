#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/sha256.hpp"
#include "blob/folder_store.hpp"

namespace sightline::server {
namespace {

/// So many zeros in one piece take no room: large objects may hold gigabytes of them.
constexpr std::size_t kHoleBytes = 1 << 20;

bool is_hole(std::span<std::byte const> bytes) {
  return bytes.size() >= kHoleBytes && bytes.front() == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class MappedView final : public BlobView {
 public:
  MappedView(void* address, std::size_t size) : address_(address), size_(size) {}
  ~MappedView() override { ::munmap(address_, size_); }
  MappedView(MappedView const&) = delete;
  MappedView& operator=(MappedView const&) = delete;
  std::span<std::byte const> bytes() const override {
    return {static_cast<std::byte const*>(address_), size_};
  }

 private:
  void* address_;
  std::size_t size_;
};

class FolderWriter final : public BlobWriter {
 public:
  FolderWriter(FolderStore& store, std::filesystem::path path, UniqueFd fd)
      : store_(store), path_(std::move(path)), fd_(std::move(fd)), digest_(EVP_MD_CTX_new()) {
    usable_ = digest_ && EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) == 1;
  }
  ~FolderWriter() override {
    if (!published_) ::unlink(path_.c_str());
  }

  Status write(std::span<std::byte const> bytes) override {
    if (!usable_) return fail(Errc::io, "the object's writer has failed");
    if (EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size()) != 1)
      return broken(Errc::io, "cannot digest the object");
    if (is_hole(bytes)) {
      if (::lseek(fd_.get(), static_cast<off_t>(bytes.size()), SEEK_CUR) < 0)
        return broken(Errc::io, "cannot write the object");
      size_bytes_ += bytes.size();
      ends_in_hole_ = true;
      return {};
    }
    ends_in_hole_ = ends_in_hole_ && bytes.empty();
    while (!bytes.empty()) {
      ssize_t const written = store_.calls().write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0)
        return is_full(errno) ? broken(Errc::no_space, "no space left for the object")
                              : broken(Errc::io, "cannot write the object");
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      size_bytes_ += static_cast<std::uint64_t>(written);
    }
    return {};
  }

  /// The file is nobody else's (0600, locked) and only grows, so that no page of the map can
  /// vanish.
  Result<std::unique_ptr<BlobView>> view() override {
    if (!usable_) return fail(Errc::io, "the object's writer has failed");
    if (size_bytes_ == 0) return fail(Errc::invalid_argument, "nothing is written yet");
    if (auto const done = end_hole(); !done) return std::unexpected(done.error());
    auto const size = static_cast<std::size_t>(size_bytes_);
    void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
    if (address == MAP_FAILED) return fail(Errc::io, "cannot read the object back");
    return std::make_unique<MappedView>(address, size);
  }

  Result<Committed> commit() override {
    if (!usable_) return fail(Errc::io, "the object's writer has failed");
    if (auto const done = end_hole(); !done) return std::unexpected(done.error());
    usable_ = false;
    Sha256Digest value;
    unsigned length = 0;
    auto* const out = reinterpret_cast<unsigned char*>(value.data());
    if (EVP_DigestFinal_ex(digest_.get(), out, &length) != 1 || length != value.size()) {
      return fail(Errc::io, "cannot digest the object");
    }
    if (store_.calls().fdatasync(fd_.get()) != 0) {
      // Space promised late and not found concerns this file alone, and it goes.
      if (is_full(errno)) return fail(Errc::no_space, "no space left for the object");
      return store_.sync_failed();
    }
    auto committed = store_.publish(path_, to_hex(value), size_bytes_);
    published_ = committed.has_value() && committed->was_new;
    return committed;
  }

 private:
  /// Gives a file that ends in a hole its length.
  Status end_hole() {
    if (ends_in_hole_ && ::ftruncate(fd_.get(), static_cast<off_t>(size_bytes_)) != 0)
      return broken(Errc::io, "cannot write the object");
    ends_in_hole_ = false;
    return {};
  }

  Status broken(Errc code, char const* detail) {
    usable_ = false;
    return fail(code, detail);
  }

  FolderStore& store_;
  std::filesystem::path path_;
  UniqueFd fd_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> digest_;
  std::uint64_t size_bytes_ = 0;
  bool usable_ = false, published_ = false, ends_in_hole_ = false;
};

}  // namespace

Result<std::unique_ptr<BlobWriter>> create_folder_writer(FolderStore& store,
                                                         std::filesystem::path const& tmp) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    std::string const name = random_name();
    if (name.empty()) return fail(Errc::io, "no randomness for a file name");
    std::filesystem::path path = tmp / name;
    UniqueFd fd(
        store.calls().open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd && errno == EEXIST) continue;
    if (!fd)
      return fail(is_full(errno) ? Errc::no_space : Errc::io,
                  "cannot create a temporary file in the store");
    // A sweep by another process may come between the creation and the lock; then the name is gone
    // and we try again.
    struct stat info{};
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 || ::fstat(fd.get(), &info) != 0 ||
        info.st_nlink == 0)
      continue;
    return std::make_unique<FolderWriter>(store, std::move(path), std::move(fd));
  }
  return fail(Errc::io, "cannot create a temporary file in the store");
}

}  // namespace sightline::server
