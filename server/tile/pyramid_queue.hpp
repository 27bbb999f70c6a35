#pragma once
#include <chrono>
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
  /// Left pending: the disk or a worker process failed, or the original cannot be read.
  std::uint64_t not_built_instances = 0;
  std::uint64_t verified_lossless = 0, kept_lossy = 0, kept_own_encoding = 0, failed = 0;
};

/// Builds pyramids in the background, one thread per worker of the pool. Idempotent: an instance
/// that is pushed twice, or by two processes, ends with the same rows. Those that could not be
/// built because the disk is full, or a process failed, stay pending; one of them is tried again
/// after a pause, and when that is built, so are the others. Threads: any.
class PyramidQueue {
 public:
  struct Parts {
    BlobStore const& blobs;
    Index& index;
    PyramidStore& pyramids;
    TranscodePool& pool;
    /// Until what failed is tried again; twice as long each time, at most five minutes.
    std::chrono::milliseconds first_pause = std::chrono::seconds(5);
  };
  /// Keeps the references; all outlive it. Called after each instance's rows are written, from a
  /// queue thread.
  using OnBuilt = std::function<void(std::string const& study_instance_uid)>;
  /// Called when instances begin to fail, once until all that failed are built; from a queue
  /// thread. Must not call the queue.
  using OnFailing = std::function<void(Error const& error)>;
  PyramidQueue(Parts parts, unsigned threads, OnBuilt on_built = {}, OnFailing on_failing = {});
  ~PyramidQueue();  ///< Waits for the instances in hand; the rest stays pending in the index.

  void push(PendingInstance instance);
  /// Queues everything that the index says is pending. Errors: io.
  Status push_pending();
  /// Until nothing waits or is in hand; not for what has failed.
  void wait_idle();
  PyramidProgress progress() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightline::server
