#pragma once
#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>

namespace sightline::server {

/// The system calls on which durability rests, so that tests can record their order and make each
/// one fail. Return values and errno are those of the calls. Units: bytes.
struct FileCalls {
  std::function<int(char const* path, int flags, mode_t mode)> open;
  std::function<ssize_t(int fd, void const* bytes, std::size_t count)> write;
  std::function<int(int fd)> fdatasync;
  std::function<int(int fd)> fsync;
  std::function<int(char const* from, char const* to)> rename;
  std::function<int(char const* path, mode_t mode)> mkdir;

  static FileCalls real();
};

/// True for the errors of a disk, or a share of it, that has no space left.
bool is_full(int error_number);

/// 16 random lower-case hex digits, for names of temporary files. Empty when the system has no
/// randomness.
std::string random_name();

}  // namespace sightline::server
