#pragma once
#include <cstdint>

namespace sightline::server::testing {

/// What the probe tries inside the sandbox, in this order; it writes one byte for each: 0 if it
/// worked, else its errno.
enum class Attempt : std::uint8_t {
  open_file,
  open_socket,
  fork_child,
  run_program,
  make_code,
  write_stderr,
  send_signal,
  read_directory,
  change_limits,
  allocate_megabyte,
  count,
};

/// Enters the sandbox, tries everything and reports on standard output. Returns an exit code.
int run_sandbox_probe();

/// Tries one thing where it is, and reports as above.
int run_attempt(Attempt attempt);

}  // namespace sightline::server::testing
