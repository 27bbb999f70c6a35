// What a program of others can do in its sandbox: Debian's own small programs try.
#include "tile/program_sandbox.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "sandbox_probe.hpp"
#include "tile/worker_process.hpp"

namespace sightline::server {
namespace {

struct Outcome {
  bool is_fine = false;
  std::string said;
};
Outcome run(std::vector<std::string> command, std::string const& input = {}) {
  command.insert(command.begin(), {"/proc/self/exe", "program-worker"});
  auto const child = WorkerProcess::start(command);
  if (!child) return {};
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::vector<std::byte> said;
  bool const is_sent =
      (*child)
          ->exchange(std::as_bytes(std::span(input.data(), input.size())), said, 4096, deadline)
          .has_value();
  bool const is_fine = (*child)->finish(said, 4096, deadline).has_value();
  return {is_sent && is_fine, {reinterpret_cast<char const*>(said.data()), said.size()}};
}

TEST(ProgramSandbox, LetsItReadItsInputAndWriteItsOutput) {
  Outcome const outcome = run({"/bin/cat"}, "hello");
  EXPECT_TRUE(outcome.is_fine);
  EXPECT_EQ(outcome.said, "hello");
}

TEST(ProgramSandbox, ForbidsFilesSocketsAndProcesses) {
  EXPECT_FALSE(run({"/bin/cat", "/etc/passwd"}).is_fine);
  EXPECT_EQ(run({"/bin/cat", "/proc/self/environ"}).said, "");
  EXPECT_FALSE(run({"/bin/ls", "/"}).is_fine);
  EXPECT_FALSE(run({"/usr/bin/touch", "/tmp/sightline-not-to-be"}).is_fine);
  EXPECT_FALSE(run({"/bin/sh", "-c", "echo x > /tmp/sightline-not-to-be"}).is_fine);
  EXPECT_FALSE(run({"/bin/sh", "-c", "/bin/true; /bin/true"}).is_fine);  // two are a process more
  EXPECT_FALSE(run({"/no/such/program"}).is_fine);
  // They can do something, so that what fails above fails for its own reason.
  EXPECT_EQ(run({"/bin/sh", "-c", "echo fine"}).said, "fine\n");
}

TEST(ProgramSandbox, LeavesMemoryAndItsDescriptors) {
  using testing::Attempt;
  std::string const self = std::filesystem::canonical("/proc/self/exe").string();
  auto const outcome_of = [&self](Attempt attempt) -> int {
    std::string const said = run({self, "attempt", std::to_string(static_cast<int>(attempt))}).said;
    return said.size() == 1 ? said.front() : -1;
  };
  EXPECT_EQ(outcome_of(Attempt::open_socket), EPERM);
  EXPECT_EQ(outcome_of(Attempt::fork_child), EPERM);
  EXPECT_EQ(outcome_of(Attempt::send_signal), EPERM);
  EXPECT_EQ(outcome_of(Attempt::change_limits), EPERM);
  EXPECT_EQ(outcome_of(Attempt::open_file), EACCES);
  EXPECT_EQ(outcome_of(Attempt::read_directory), EACCES);
  EXPECT_EQ(outcome_of(Attempt::allocate_megabyte), 0);
}

TEST(WorkerProcess, AChildThatSaysTooMuchOrFailsIsToldOf) {
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::vector<std::byte> said;
  auto const loud = WorkerProcess::start({"/usr/bin/yes"});
  ASSERT_TRUE(loud);
  EXPECT_EQ((*loud)->finish(said, 1000, deadline).error().code, Errc::limit_exceeded);
  auto const failing = WorkerProcess::start({"/bin/false"});
  ASSERT_TRUE(failing);
  said.clear();
  EXPECT_EQ((*failing)->finish(said, 1000, deadline).error().code, Errc::module_died);
  // More than a pipe holds, there and back: neither waits for the other.
  auto const echo = WorkerProcess::start({"/bin/cat"});
  ASSERT_TRUE(echo);
  std::vector<std::byte> const much(4 << 20, std::byte{7});
  said.clear();
  ASSERT_TRUE((*echo)->exchange(much, said, much.size(), deadline));
  ASSERT_TRUE((*echo)->finish(said, much.size(), deadline));
  EXPECT_EQ(said, much);
}

}  // namespace
}  // namespace sightline::server
