#pragma once
#include <cstdint>

#include "base/error.hpp"

namespace sightline::server {

struct SandboxLimits {
  std::uint64_t memory_bytes = 3ull << 30;  ///< address space
  std::uint32_t cpu_seconds = 1200;         ///< of the process' whole life
};

/// Gives up, for good, all that decoding does not need: no new file, socket, process or executable
/// memory; only reading descriptor 0 and writing descriptor 1. Anything else answers EPERM. Call
/// before the first hostile byte is read. Errors: io (the kernel refuses: then do not go on).
Status enter_sandbox(SandboxLimits const& limits);

}  // namespace sightline::server
