#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace sightline::server::testing {

/// What fault_shim.cpp does, and at which of the calls that change files under `root`, from 1.
struct Fault {
  std::filesystem::path root;
  std::string what;
  long at = 0;
};

/// How a program ended under a fault.
struct FaultedRun {
  int wait_status = 0;
  std::string output;  ///< of both streams
  long calls = 0;      ///< that change files under the fault's root

  bool killed() const { return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL; }
  bool exited() const { return WIFEXITED(wait_status); }
  bool succeeded() const { return exited() && WEXITSTATUS(wait_status) == 0; }
};

inline std::string text_of(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Runs a program with the shim and waits for its end, and for that of what it had started: a
/// worker that was being spawned when its maker was killed has the maker's locks for a moment
/// longer. `folder` is for its output.
inline FaultedRun run_with(Fault const& fault, std::vector<std::string> arguments,
                           std::filesystem::path const& folder) {
  auto const log = folder / "calls", output = folder / "output";
  for (auto const& file : {log, output}) std::ofstream(file, std::ios::trunc);
  std::vector<std::string> environment{
      "LD_PRELOAD=" SIGHTLINE_FAULT_SHIM,    "SIGHTLINE_FAULT_ROOT=" + fault.root.string(),
      "SIGHTLINE_FAULT_DO=" + fault.what,    "SIGHTLINE_FAULT_AT=" + std::to_string(fault.at),
      "SIGHTLINE_FAULT_LOG=" + log.string(), "HOME=" + folder.string()};
  auto const pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> made;
    for (auto& text : texts) made.push_back(text.data());
    made.push_back(nullptr);
    return made;
  };
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_APPEND, 0);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  FaultedRun run;
  pid_t pid = 0;
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) ADD_FAILURE() << "cannot take over its children";
  if (::posix_spawn(&pid, arguments.front().c_str(), &actions, nullptr, pointers(arguments).data(),
                    pointers(environment).data()) != 0 ||
      ::waitpid(pid, &run.wait_status, 0) != pid)
    ADD_FAILURE() << "cannot run " << arguments.front();
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
  posix_spawn_file_actions_destroy(&actions);
  run.output = text_of(output);
  run.calls = static_cast<long>(std::ranges::count(text_of(log), '\n'));
  return run;
}

}  // namespace sightline::server::testing
