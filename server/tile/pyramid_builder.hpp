#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

struct Pyramid { std::vector<wire::StreamIndex> streams; std::vector<std::vector<std::byte>> frame_streams; };

/// Decodes every frame of one file, encodes the lossless ones as HTJ2K Lossless RPCL, verifies each by decoding it again
/// and comparing digests, keeps lossy ones in their own encoding (with no digest), and finds min and max.
/// A frame that cannot be transcoded is kept in its own encoding; one that cannot be decoded gets a failure code.
/// Pure function over bytes: runs inside the sandboxed worker process. Errors: as dicom::read_instance.
Result<Pyramid> build_pyramid(std::span<std::byte const> file);

/// A pool of sandboxed worker processes (`sightline transcode-worker`): no network, no files (seccomp), caps on memory and time.
/// One that dies or overruns is replaced; its instance is reported as module_died. Threads: any; build() blocks its caller.
class TranscodePool {
 public:
  struct Options { unsigned workers = 2; std::uint64_t memory_bytes = 3ull << 30; unsigned seconds_per_instance = 300; };
  explicit TranscodePool(Options options);
  ~TranscodePool();
  Result<Pyramid> build(std::span<std::byte const> file);
 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Entry of the hidden subcommand: sandboxes itself, then serves requests on stdin/stdout until EOF. Returns the exit code.
int run_transcode_worker();

}  // namespace sightline::server
