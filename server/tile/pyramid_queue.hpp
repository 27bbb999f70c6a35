#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "blob/blob_store.hpp"
#include "index/index.hpp"
#include "tile/pyramid_store.hpp"
#include "tile/transcode_pool.hpp"

namespace sightline::server {

/// What the queue has done since it was made. Counts frames unless said.
struct PyramidProgress {
  std::uint64_t waiting_instances = 0, done_instances = 0;
  std::uint64_t not_built_instances = 0;  ///< left pending: the disk or a worker process failed
  std::uint64_t verified_lossless = 0, kept_lossy = 0, kept_own_encoding = 0, failed = 0;
};

/// Builds pyramids in the background, one thread per worker of the pool. Idempotent: an instance
/// that is pushed twice, or by two processes, ends with the same rows. Threads: any.
class PyramidQueue {
 public:
  struct Parts {
    BlobStore const& blobs;
    Index& index;
    PyramidStore& pyramids;
    TranscodePool& pool;
  };
  /// Keeps the references; all outlive it. Called after each instance's rows are written, from a
  /// queue thread.
  using OnBuilt = std::function<void(std::string const& study_instance_uid)>;
  PyramidQueue(Parts parts, unsigned threads, OnBuilt on_built = {});
  ~PyramidQueue();  ///< Waits for the instances in hand; the rest stays pending in the index.

  void push(PendingInstance instance);
  /// Queues everything that the index says is pending. Errors: io.
  Status push_pending();
  void wait_idle();
  PyramidProgress progress() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightline::server
