#include "tile/worker_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace sightline::server {
namespace {

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Errc::io, "no pipe for a worker");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// File actions and attributes of the child; both have to be destroyed.
class SpawnPlan {
 public:
  SpawnPlan() {
    ok_ = posix_spawn_file_actions_init(&actions_) == 0 && posix_spawnattr_init(&attributes_) == 0;
  }
  SpawnPlan(SpawnPlan const&) = delete;
  SpawnPlan& operator=(SpawnPlan const&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  bool prepare(int input, int output) {
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (int const signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) sigaddset(&defaults, signal);
    return ok_ && posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1) == 0 &&
           posix_spawn_file_actions_addchdir_np(&actions_, "/") == 0 &&
           posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
           posix_spawnattr_setsigdefault(&attributes_, &defaults) == 0 &&
           // A process group of its own: a Ctrl-C at the terminal is the server's to handle.
           posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                      POSIX_SPAWN_SETPGROUP) == 0;
  }
  Result<pid_t> run(std::vector<std::string> const& command) {
    std::vector<char*> arguments;
    for (auto const& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    char* const no_environment[] = {nullptr};
    pid_t pid = 0;
    if (::posix_spawn(&pid, arguments[0], &actions_, &attributes_, arguments.data(),
                      no_environment) != 0) {
      return fail(Errc::io, "cannot start a worker process");
    }
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
  bool ok_;
};

/// Waits until one of the descriptors is ready. Errors: module_died (deadline).
Status wait_for(std::span<pollfd> waited, WorkerProcess::Deadline deadline) {
  for (;;) {
    auto const left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
            .count();
    if (left <= 0) return fail(Errc::module_died, "a worker process took too long");
    int const ready =
        ::poll(waited.data(), waited.size(), static_cast<int>(std::min<long long>(left, INT_MAX)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(Errc::io, "cannot wait for a worker process");
  }
}
Status wait_for(int fd, short events, WorkerProcess::Deadline deadline) {
  pollfd waited[]{{fd, events, 0}};
  return wait_for(waited, deadline);
}

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(
    std::vector<std::string> const& command) {
  if (command.empty()) return fail(Errc::invalid_argument, "no command");
  auto to_child = make_pipe();
  auto from_child = make_pipe();
  if (!to_child || !from_child) return fail(Errc::io, "no pipe for a worker");
  SpawnPlan plan;
  if (!plan.prepare(to_child->read.get(), from_child->write.get()))
    return fail(Errc::io, "cannot prepare a worker process");
  auto const pid = plan.run(command);
  if (!pid) return std::unexpected(pid.error());
  std::unique_ptr<WorkerProcess> worker(
      new WorkerProcess(*pid, std::move(to_child->write), std::move(from_child->read)));
  for (int const fd : {worker->input_.get(), worker->output_.get()}) {
    if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
      return fail(Errc::io, "cannot prepare a worker process");
  }
  return worker;
}

WorkerProcess::~WorkerProcess() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Status WorkerProcess::send(std::span<std::byte const> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    ssize_t const written = ::write(input_.get(), bytes.data(), bytes.size());
    if (written > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      if (auto const ready = wait_for(input_.get(), POLLOUT, deadline); !ready) return ready;
    } else if (written == 0 || errno != EINTR) {
      return fail(Errc::module_died, "a worker process ended");
    }
  }
  return {};
}

Status WorkerProcess::receive(std::span<std::byte> into, Deadline deadline) {
  while (!into.empty()) {
    ssize_t const got = ::read(output_.get(), into.data(), into.size());
    if (got > 0) {
      into = into.subspan(static_cast<std::size_t>(got));
    } else if (got < 0 && errno == EAGAIN) {
      if (auto const ready = wait_for(output_.get(), POLLIN, deadline); !ready) return ready;
    } else if (got == 0 || errno != EINTR) {
      return fail(Errc::module_died, "a worker process ended");
    }
  }
  return {};
}

Result<bool> WorkerProcess::take(std::vector<std::byte>& said, std::size_t most) {
  std::array<std::byte, 64 * 1024> block;
  for (;;) {
    ssize_t const got = ::read(output_.get(), block.data(), block.size());
    if (got == 0) return false;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got < 0) return fail(Errc::module_died, "a worker process ended");
    if (said.size() + static_cast<std::size_t>(got) > most)
      return fail(Errc::limit_exceeded, "a worker process says too much");
    said.insert(said.end(), block.begin(), block.begin() + got);
  }
}

Status WorkerProcess::exchange(std::span<std::byte const> bytes, std::vector<std::byte>& said,
                               std::size_t most, Deadline deadline) {
  while (!bytes.empty()) {
    pollfd waited[]{{input_.get(), POLLOUT, 0}, {output_.get(), POLLIN, 0}};
    if (Status const ready = wait_for(waited, deadline); !ready) return ready;
    if ((waited[1].revents & (POLLIN | POLLHUP)) != 0) {
      auto const goes_on = take(said, most);
      if (!goes_on) return std::unexpected(goes_on.error());
      if (!*goes_on) return fail(Errc::module_died, "a worker process ended");
    }
    if ((waited[0].revents & (POLLOUT | POLLERR)) == 0) continue;
    ssize_t const written = ::write(input_.get(), bytes.data(), bytes.size());
    if (written > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    else if (written < 0 && errno != EINTR && errno != EAGAIN)
      return fail(Errc::module_died, "a worker process ended");
  }
  return {};
}

Status WorkerProcess::finish(std::vector<std::byte>& said, std::size_t most, Deadline deadline) {
  input_ = UniqueFd();
  for (bool goes_on = true; goes_on;) {
    pollfd waited[]{{output_.get(), POLLIN, 0}};
    if (Status const ready = wait_for(waited, deadline); !ready) return ready;
    auto const taken = take(said, most);
    if (!taken) return std::unexpected(taken.error());
    goes_on = *taken;
  }
  // Its output is closed: it is about to end.
  while (std::chrono::steady_clock::now() < deadline) {
    int status = 0;
    pid_t const ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
      pid_ = 0;
      bool const is_fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
      return is_fine ? Status{} : fail(Errc::module_died, "a worker process failed");
    }
    if (ended < 0 && errno != EINTR) break;
    ::usleep(500);
  }
  return fail(Errc::module_died, "a worker process took too long");
}

}  // namespace sightline::server
