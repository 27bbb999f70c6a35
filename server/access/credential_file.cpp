#include "access/credential_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "blob/file_calls.hpp"
#include "blob/unique_fd.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kMostFileBytes = 4 << 20;

Result<std::string> read_all(int fd) {
  std::string text;
  std::array<char, 8192> block{};
  for (;;) {
    ssize_t const count = ::read(fd, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(Errc::io, "cannot read the credential file");
    if (count == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostFileBytes)
      return fail(Errc::limit_exceeded, "the credential file is too large");
  }
}

std::unexpected<Error> cannot_write() {
  return fail(is_full(errno) ? Errc::no_space : Errc::io, "cannot write the credential file");
}

/// Under another name first, so that no reader meets half of it.
Status write_durably(std::filesystem::path const& file, std::string_view text) {
  auto const temporary = file.native() + "." + random_name();
  UniqueFd const fd(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return cannot_write();
  bool is_written = true;
  while (is_written && !text.empty()) {
    ssize_t const count = ::write(fd.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    is_written = count > 0;
    if (is_written) text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (!is_written || ::fdatasync(fd.get()) != 0 || ::rename(temporary.c_str(), file.c_str()) != 0) {
    auto const error = cannot_write();
    ::unlink(temporary.c_str());
    return error;
  }
  UniqueFd const folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return cannot_write();
  return {};
}

}  // namespace

Result<Credentials> CredentialFile::load() const {
  UniqueFd const fd(::open(file_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd && errno == ENOENT) return Credentials{};
  if (!fd) return fail(Errc::io, "cannot read the credential file");
  struct stat about{};
  if (::fstat(fd.get(), &about) != 0 || !S_ISREG(about.st_mode))
    return fail(Errc::io, "the credential file is no file");
  if ((about.st_mode & 077) != 0)
    return fail(Errc::forbidden,
                "other users of this machine may read the credential file: chmod 600 it");
  auto const text = read_all(fd.get());
  if (!text) return std::unexpected(text.error());
  return parse_credentials(*text);
}

Status CredentialFile::change(std::function<Status(Credentials&)> const& edit) const {
  UniqueFd const lock(::open(lock_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0)
    return fail(Errc::io, "cannot lock the credential file");
  auto credentials = load();
  if (!credentials) return std::unexpected(credentials.error());
  if (auto const edited = edit(*credentials); !edited) return edited;
  if (credentials->users.size() > kMostCredentials || credentials->tokens.size() > kMostCredentials)
    return fail(Errc::limit_exceeded, "there are too many users or tokens");
  return write_durably(file_, encode_credentials(*credentials));
}

}  // namespace sightline::server
