// Preloaded into `sightline`: counts the calls that change files under one folder and makes the Nth
// one fail, or ends the process there. Settings come from the environment:
//   SIGHTLINE_FAULT_ROOT  the folder, absolute
//   SIGHTLINE_FAULT_AT    N, from 1; 0 only counts
//   SIGHTLINE_FAULT_DO    kill  SIGKILL before the call
//                         tear  write half of the bytes, then SIGKILL
//                         eio   this call fails
//                         full  this call and all that need space after it fail
//   SIGHTLINE_FAULT_LOG   a file outside the folder: a line per call, "N name path"
//   SIGHTLINE_FAULT_ORDER a file outside the folder, for a program that goes on: "DO AT", and then
//                         anything. It is read at every call and stands in place of the two
//                         settings above; when it has changed, the calls are counted from 1 again
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>

namespace {

struct Order {
  std::string what;
  long at = 0;
};

struct Settings {
  std::string root, order_file;
  Order order;
  int log = -1;

  Settings() {
    auto const get = [](char const* name) {
      char const* const value = std::getenv(name);
      return std::string(value ? value : "");
    };
    root = get("SIGHTLINE_FAULT_ROOT");
    order_file = get("SIGHTLINE_FAULT_ORDER");
    order = {get("SIGHTLINE_FAULT_DO"), std::atol(get("SIGHTLINE_FAULT_AT").c_str())};
    if (auto const file = get("SIGHTLINE_FAULT_LOG"); !file.empty())
      log = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
};

Settings const& settings() {
  static Settings const* const made = new Settings;  // in use until the very end of the process
  return *made;
}

thread_local bool inside = false;  // our own calls, and those of the first use
std::atomic<long> calls = 0;

template <class Function>
Function* real(char const* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

std::mutex order_mutex;
std::string last_order;

/// What is to be done now. A new order begins to count anew.
Order current_order() {
  Settings const& s = settings();
  if (s.order_file.empty()) return s.order;
  std::array<char, 128> text{};
  int const fd = ::open(s.order_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  ssize_t const length = ::read(fd, text.data(), text.size());
  ::close(fd);
  std::string const order(text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  std::lock_guard const lock(order_mutex);
  if (order != last_order) calls = 0;
  last_order = order;
  auto const space = order.find(' ');
  if (space == std::string::npos) return {};
  return {order.substr(0, space), std::atol(order.c_str() + space + 1)};
}

std::string path_of(int fd) {
  std::array<char, PATH_MAX> path{};
  auto const length =
      ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

enum class Verdict { go_on, fail, tear };
enum class Needs { nothing, space };

/// Counts one call and says what becomes of it; may not return.
Verdict judge(char const* name, std::string const& path, Needs needs) {
  if (inside) return Verdict::go_on;
  inside = true;
  Verdict verdict = Verdict::go_on;
  Settings const& s = settings();
  if (!s.root.empty() && std::string_view(path).starts_with(s.root + "/")) {
    Order const order = current_order();
    long const number = ++calls;
    if (s.log >= 0) {
      std::string const line = std::to_string(number) + " " + name + " " + path + "\n";
      if (real<ssize_t(int, void const*, size_t)>("write")(s.log, line.data(), line.size()) < 0)
        std::abort();
    }
    bool const now = order.at > 0 && number == order.at;
    if (now && order.what == "kill") ::kill(::getpid(), SIGKILL);
    if (now && order.what == "tear") verdict = Verdict::tear;
    if (now && order.what == "eio") verdict = Verdict::fail, errno = EIO;
    if (order.at > 0 && number >= order.at && order.what == "full" && needs == Needs::space)
      verdict = Verdict::fail, errno = ENOSPC;
  }
  inside = false;
  return verdict;
}

/// For calls that cannot be half done.
bool fails(char const* name, std::string const& path, Needs needs) {
  Verdict const verdict = judge(name, path, needs);
  if (verdict == Verdict::tear) ::kill(::getpid(), SIGKILL);
  return verdict == Verdict::fail;
}

mode_t mode_of(int flags, std::va_list arguments) {
  return flags & O_CREAT ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace

extern "C" {

#define SIGHTLINE_OPEN(name)                                              \
  int name(char const* path, int flags, ...) {                            \
    std::va_list arguments;                                               \
    va_start(arguments, flags);                                           \
    mode_t const mode = mode_of(flags, arguments);                        \
    va_end(arguments);                                                    \
    if ((flags & O_CREAT) && fails(#name, path, Needs::space)) return -1; \
    return real<int(char const*, int, ...)>(#name)(path, flags, mode);    \
  }
SIGHTLINE_OPEN(open)
SIGHTLINE_OPEN(open64)

#define SIGHTLINE_PWRITE(name, offset_type)                                         \
  ssize_t name(int fd, void const* bytes, size_t count, offset_type offset) {       \
    auto* const next = real<ssize_t(int, void const*, size_t, offset_type)>(#name); \
    Verdict const verdict = judge(#name, path_of(fd), Needs::space);                \
    if (verdict == Verdict::fail) return -1;                                        \
    if (verdict == Verdict::tear) {                                                 \
      if (next(fd, bytes, count / 2, offset) >= 0) ::kill(::getpid(), SIGKILL);     \
      std::abort();                                                                 \
    }                                                                               \
    return next(fd, bytes, count, offset);                                          \
  }
SIGHTLINE_PWRITE(pwrite, off_t)
SIGHTLINE_PWRITE(pwrite64, off64_t)

ssize_t write(int fd, void const* bytes, size_t count) {
  auto* const next = real<ssize_t(int, void const*, size_t)>("write");
  if (inside) return next(fd, bytes, count);
  Verdict const verdict = judge("write", path_of(fd), Needs::space);
  if (verdict == Verdict::fail) return -1;
  if (verdict == Verdict::tear) {
    if (next(fd, bytes, count / 2) >= 0) ::kill(::getpid(), SIGKILL);
    std::abort();
  }
  return next(fd, bytes, count);
}

int fsync(int fd) {
  if (fails("fsync", path_of(fd), Needs::nothing)) return -1;
  return real<int(int)>("fsync")(fd);
}
int fdatasync(int fd) {
  if (fails("fdatasync", path_of(fd), Needs::nothing)) return -1;
  return real<int(int)>("fdatasync")(fd);
}
int rename(char const* from, char const* to) {
  if (fails("rename", to, Needs::nothing)) return -1;
  return real<int(char const*, char const*)>("rename")(from, to);
}
int unlink(char const* path) {
  if (fails("unlink", path, Needs::nothing)) return -1;
  return real<int(char const*)>("unlink")(path);
}
int mkdir(char const* path, mode_t mode) {
  if (fails("mkdir", path, Needs::space)) return -1;
  return real<int(char const*, mode_t)>("mkdir")(path, mode);
}
int ftruncate(int fd, off_t length) {
  if (fails("ftruncate", path_of(fd), Needs::space)) return -1;
  return real<int(int, off_t)>("ftruncate")(fd, length);
}
int ftruncate64(int fd, off64_t length) {
  if (fails("ftruncate64", path_of(fd), Needs::space)) return -1;
  return real<int(int, off64_t)>("ftruncate64")(fd, length);
}

}  // extern "C"
