// What a program of others can do in its sandbox: Debian's own small programs try.
#include "tile/program_sandbox.hpp"

#include <gtest/gtest.h>

#include <string>

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
  EXPECT_FALSE(run({"/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/1"}).is_fine);
  EXPECT_FALSE(run({"/bin/bash", "-c", "echo x > /tmp/sightline-not-to-be"}).is_fine);
  EXPECT_FALSE(run({"/bin/bash", "-c", "/bin/true; /bin/true"}).is_fine);  // two are a process more
  EXPECT_FALSE(run({"/no/such/program"}).is_fine);
  // The tests of tests do what they say: outside of the sandbox each of these succeeds.
  EXPECT_TRUE(run({"/bin/bash", "-c", "echo fine"}).is_fine);
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
