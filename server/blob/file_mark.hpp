#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

namespace sightline::server {

/// Differs when a file was replaced or written: what a server compares to know that it must load
/// it again. All zero when there is none.
struct FileMark {
  ::dev_t device = 0;
  ::ino_t inode = 0;
  ::off_t length = 0;
  std::int64_t seconds = 0, nanoseconds = 0;
  bool operator==(FileMark const&) const = default;
};

/// Follows links, as the one who reads the file does.
inline FileMark mark_of(std::filesystem::path const& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0) return {};
  return {about.st_dev, about.st_ino, about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
}

}  // namespace sightline::server
