#include "tile/sandbox.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "sandbox_probe.hpp"
#include "tile/worker_process.hpp"

namespace sightline::server {
namespace testing {
namespace {

std::uint8_t outcome(long result) { return result >= 0 ? 0 : static_cast<std::uint8_t>(errno); }

std::uint8_t try_to(Attempt attempt) {
  switch (attempt) {
    case Attempt::open_file: return outcome(::open("/etc/passwd", O_RDONLY));
    case Attempt::open_socket: return outcome(::socket(AF_INET, SOCK_STREAM, 0));
    case Attempt::fork_child: {
      long const pid = ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
      if (pid == 0) ::_exit(0);
      return outcome(pid);
    }
    case Attempt::run_program: {
      char const* const arguments[] = {"/bin/true", nullptr};
      return outcome(::execve(arguments[0], const_cast<char* const*>(arguments), nullptr));
    }
    case Attempt::make_code: {
      void* const memory =
          ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return outcome(memory == MAP_FAILED ? -1 : 0);
    }
    case Attempt::write_stderr: return outcome(::write(STDERR_FILENO, "x", 1));
    case Attempt::send_signal: return outcome(::kill(::getppid(), 0));
    case Attempt::read_directory: return outcome(::open("/", O_RDONLY | O_DIRECTORY));
    case Attempt::change_limits: {
      rlimit const free{RLIM_INFINITY, RLIM_INFINITY};
      return outcome(::setrlimit(RLIMIT_NOFILE, &free));
    }
    case Attempt::allocate_megabyte: {
      void* const memory = ::malloc(1 << 20);
      std::uint8_t const result = memory ? 0 : ENOMEM;
      ::free(memory);
      return result;
    }
    case Attempt::count: break;
  }
  return 0;
}

}  // namespace

int run_sandbox_probe() {
  if (!enter_sandbox({})) return 3;
  std::array<std::uint8_t, static_cast<std::size_t>(Attempt::count)> outcomes{};
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] = try_to(static_cast<Attempt>(i));
  return ::write(STDOUT_FILENO, outcomes.data(), outcomes.size()) ==
                 static_cast<ssize_t>(outcomes.size())
             ? 0
             : 4;
}

int run_attempt(Attempt attempt) {
  std::uint8_t const result = try_to(attempt);
  return ::write(STDOUT_FILENO, &result, 1) == 1 ? 0 : 4;
}

}  // namespace testing

namespace {

using testing::Attempt;

TEST(Sandbox, LeavesNothingButMemoryAndTwoPipes) {
  auto const probe = WorkerProcess::start({"/proc/self/exe", "sandbox-probe"});
  ASSERT_TRUE(probe.has_value());
  std::array<std::uint8_t, static_cast<std::size_t>(Attempt::count)> outcomes{};
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ASSERT_TRUE((*probe)->receive(std::as_writable_bytes(std::span(outcomes)), deadline).has_value())
      << "the probe did not answer";
  for (auto const attempt :
       {Attempt::open_file, Attempt::open_socket, Attempt::fork_child, Attempt::run_program,
        Attempt::make_code, Attempt::write_stderr, Attempt::send_signal, Attempt::read_directory,
        Attempt::change_limits}) {
    EXPECT_EQ(outcomes[static_cast<std::size_t>(attempt)], EPERM)
        << "attempt " << static_cast<int>(attempt);
  }
  EXPECT_EQ(outcomes[static_cast<std::size_t>(Attempt::allocate_megabyte)], 0);
}

TEST(WorkerProcess, GivesTheChildNoEnvironmentAndNoOtherDescriptor) {
  int const leaked = ::open("/etc/hostname", O_RDONLY);  // without O_CLOEXEC, as a library might
  ASSERT_GE(leaked, 3);
  auto const child =
      WorkerProcess::start({"/bin/sh", "-c",
                            "cd -P . && pwd && ls /proc/self/fd | tr '\\n' ' ' && /usr/bin/env | "
                            "grep -vc -e ^PWD -e ^_= -e ^OLDPWD -e ^SHLVL"});
  ::close(leaked);
  ASSERT_TRUE(child.has_value());
  std::string const expected = "/\n0 1 2 3 0\n";  // 3 is ls' own
  std::string got(expected.size(), ' ');
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ASSERT_TRUE((*child)
                  ->receive(std::as_writable_bytes(std::span(got.data(), got.size())), deadline)
                  .has_value());
  EXPECT_EQ(got, expected);
}

TEST(WorkerProcess, ADeadlineEndsTheWaiting) {
  auto const child = WorkerProcess::start({"/bin/sleep", "60"});
  ASSERT_TRUE(child.has_value());
  std::array<std::byte, 1> byte;
  auto const started = std::chrono::steady_clock::now();
  EXPECT_EQ((*child)->receive(byte, started + std::chrono::milliseconds(50)).error().code,
            Errc::module_died);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

}  // namespace
}  // namespace sightline::server
