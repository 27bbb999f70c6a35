#include "blob/file_calls.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace sightline::server {

FileCalls FileCalls::real() {
  return {
      .open = [](char const* path, int flags, mode_t mode) { return ::open(path, flags, mode); },
      .write = [](int fd, void const* bytes,
                  std::size_t count) { return ::write(fd, bytes, count); },
      .fdatasync = [](int fd) { return ::fdatasync(fd); },
      .fsync = [](int fd) { return ::fsync(fd); },
      .rename = [](char const* from, char const* to) { return std::rename(from, to); },
      .mkdir = [](char const* path, mode_t mode) { return ::mkdir(path, mode); },
  };
}

bool is_full(int error_number) { return error_number == ENOSPC || error_number == EDQUOT; }

std::string random_name() {
  std::array<unsigned char, 8> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
  constexpr char kDigits[] = "0123456789abcdef";
  std::string name;
  for (unsigned char const byte : bytes) {
    name += kDigits[byte >> 4];
    name += kDigits[byte & 15];
  }
  return name;
}

}  // namespace sightline::server
