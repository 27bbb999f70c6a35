#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "blob/unique_fd.hpp"

namespace sightline::server {

/// A child process with a pipe to its input and one from its output, and nothing else: no
/// environment, no other descriptor, "/" as its folder, its error output thrown away. Killed when
/// the object goes. Threads: one at a time. The program has to ignore SIGPIPE.
class WorkerProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  /// command[0] is the executable's path. Errors: io.
  static Result<std::unique_ptr<WorkerProcess>> start(std::vector<std::string> const& command);
  WorkerProcess(WorkerProcess const&) = delete;
  WorkerProcess& operator=(WorkerProcess const&) = delete;
  ~WorkerProcess();

  /// Sends or receives all of it. Errors: module_died (it ended, or the deadline passed).
  Status send(std::span<std::byte const> bytes, Deadline deadline);
  Status receive(std::span<std::byte> into, Deadline deadline);

  /// Sends all of it, and takes what the child says meanwhile, so that neither waits for the other.
  /// Errors: module_died, limit_exceeded (it has said more than `most` bytes in all).
  Status exchange(std::span<std::byte const> bytes, std::vector<std::byte>& said, std::size_t most,
                  Deadline deadline);
  /// Closes the child's input, takes the rest of what it says, and waits for its end. Errors: as
  /// exchange; module_died (its exit status is not 0).
  Status finish(std::vector<std::byte>& said, std::size_t most, Deadline deadline);

  pid_t pid() const { return pid_; }

 private:
  WorkerProcess(pid_t pid, UniqueFd input, UniqueFd output)
      : pid_(pid), input_(std::move(input)), output_(std::move(output)) {}

  /// Takes what is there; false when the child has ended its output.
  Result<bool> take(std::vector<std::byte>& said, std::size_t most);

  pid_t pid_;  ///< 0: it has ended
  UniqueFd input_, output_;
};

}  // namespace sightline::server
