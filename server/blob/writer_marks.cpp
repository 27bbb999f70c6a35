#include "blob/writer_marks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sightline::server {

WriterMarks::~WriterMarks() {
  if (own_fd_ && !kept_) ::unlink(own_.c_str());
}

Status WriterMarks::make_own(FileCalls const& calls) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    std::string const name = random_name();
    if (name.empty()) return fail(Errc::io, "no randomness for a file name");
    own_ = folder_ / name;
    UniqueFd fd(calls.open(own_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd && errno == EEXIST) continue;
    if (!fd)
      return fail(is_full(errno) ? Errc::no_space : Errc::io,
                  "cannot mark the store as written to");
    // As with temporaries: who forgets the dead may come between the creation and the lock.
    struct stat info{};
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 || ::fstat(fd.get(), &info) != 0 ||
        info.st_nlink == 0)
      continue;
    own_fd_ = std::move(fd);
    return {};
  }
  return fail(Errc::io, "cannot mark the store as written to");
}

Status WriterMarks::forget_dead() {
  for (auto const& mark : dead()) {
    if (::unlink(mark.c_str()) != 0 && errno != ENOENT)
      return fail(Errc::io, "cannot remove the mark of an earlier writer");
  }
  return {};
}

std::vector<std::filesystem::path> WriterMarks::dead() const {
  std::vector<std::filesystem::path> found;
  std::error_code ec;
  for (auto const& entry : std::filesystem::directory_iterator(folder_, ec)) {
    if (own_fd_ && entry.path() == own_) continue;
    UniqueFd const fd(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) found.push_back(entry.path());
  }
  return found;
}

}  // namespace sightline::server
