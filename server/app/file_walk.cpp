#include "app/file_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

namespace sightline::server {
namespace {

class Walk {
 public:
  void visit(std::filesystem::path const& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) {
      result.problems.push_back({path, std::strerror(errno)});
    } else if (S_ISDIR(info.st_mode)) {
      if (seen_folders_.emplace(info.st_dev, info.st_ino).second) visit_folder(path);
    } else if (S_ISREG(info.st_mode)) {
      std::int64_t const modified_ns =
          info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec;
      result.files.push_back({path, static_cast<std::uint64_t>(info.st_size), modified_ns});
    }
  }

  WalkResult result;

 private:
  void visit_folder(std::filesystem::path const& folder) {
    std::error_code ec;
    std::vector<std::filesystem::path> names;
    for (std::filesystem::directory_iterator it(folder, ec), end; !ec && it != end;
         it.increment(ec)) {
      if (!it->path().filename().native().starts_with('.')) names.push_back(it->path());
    }
    if (ec) result.problems.push_back({folder, ec.message()});
    std::ranges::sort(names);
    for (auto const& name : names) visit(name);
  }

  std::set<std::pair<dev_t, ino_t>> seen_folders_;
};

}  // namespace

WalkResult walk_files(std::vector<std::filesystem::path> const& roots) {
  Walk walk;
  for (auto const& root : roots) {
    std::error_code ec;
    auto const absolute = std::filesystem::absolute(root, ec).lexically_normal();
    walk.visit(ec ? root : absolute);
  }
  return std::move(walk.result);
}

Result<UniqueFd> open_regular_file(std::filesystem::path const& path) {
  // Links were resolved by the walk's rules; here the real path must not be one any more.
  std::error_code ec;
  auto const real = std::filesystem::canonical(path, ec);
  if (ec) return fail(Errc::io, ec.message());
  UniqueFd fd(::open(real.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd) return fail(Errc::io, std::strerror(errno));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return fail(Errc::io, "not a regular file any more");
  return fd;
}

}  // namespace sightline::server
