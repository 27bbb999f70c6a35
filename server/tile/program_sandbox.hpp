#pragma once
#include <string>

#include "base/error.hpp"
#include "tile/sandbox.hpp"

namespace sightline::server {

/// Gives up, for good, all that a program of others does not need which is started by execve next,
/// and which gets its input by descriptor 0: it may read its own file and the system's libraries
/// (below /usr, /lib, /lib64; /etc/ld.so.cache) and write descriptors 1 and 2. No other file, no
/// socket, no further process or thread. Anything else answers EPERM or EACCES. Errors: io (the
/// kernel refuses, or has no Landlock: then do not go on).
Status enter_program_sandbox(SandboxLimits const& limits, std::string const& program);

/// Entry of the hidden subcommand `program-worker PROGRAM ARGUMENT…`: the sandbox, then PROGRAM in
/// its place, without an environment. Returns an exit code when that cannot be.
int run_program_worker(char* const* command);

}  // namespace sightline::server
