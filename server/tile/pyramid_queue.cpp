#include "tile/pyramid_queue.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "codec/frame_decoder.hpp"

namespace sightline::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kMostPending = 10'000'000;
constexpr std::chrono::milliseconds kLongestPause = std::chrono::minutes(5);

/// Says something of this machine (disk, processes), not of the file.
bool is_of_machine(Errc code) { return code == Errc::io || code == Errc::no_space; }

void count(PyramidProgress& progress, wire::StreamIndex const& stream) {
  if (stream.failure != Errc::ok)
    ++progress.failed;
  else if (!stream.has_digest)
    ++progress.kept_lossy;
  else if (stream.encoding != codec::Encoding::htj2k)
    ++progress.kept_own_encoding;
  else
    ++progress.verified_lossless;
}

}  // namespace

struct PyramidQueue::Impl {
  Impl(Parts given, OnBuilt built, OnFailing failing)
      : parts(given),
        on_built(std::move(built)),
        on_failing(std::move(failing)),
        pause(given.first_pause) {}

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      if (!wait_for_work(lock)) return;
      PendingInstance const instance = std::move(waiting.front());
      waiting.pop_front();
      ++in_hand;
      lock.unlock();
      PyramidProgress made;
      auto const built = build(instance, made);
      if (built && on_built) on_built(instance.study_instance_uid);
      lock.lock();
      --in_hand;
      settle(instance, built, made);
      changed.notify_all();
    }
  }

  /// Until there is something to build, or it is time to try one of those that failed. False: stop.
  bool wait_for_work(std::unique_lock<std::mutex>& lock) {
    auto const is_wanted = [this] { return stopping || !waiting.empty(); };
    while (!is_wanted()) {
      if (failed.empty() || !on_trial.empty()) {
        changed.wait(lock);
      } else if (changed.wait_until(lock, try_at) == std::cv_status::timeout && !failed.empty() &&
                 on_trial.empty()) {
        on_trial = failed.front().sha256_hex;
        waiting.push_back(std::move(failed.front()));
        failed.pop_front();
      }
    }
    return !stopping;
  }

  void settle(PendingInstance const& instance, Status const& built, PyramidProgress const& made) {
    bool const was_on_trial = on_trial == instance.sha256_hex;
    if (was_on_trial) on_trial.clear();
    if (!built && is_of_machine(built.error().code)) {
      if (on_failing && failed.empty() && !was_on_trial) on_failing(built.error());
      return put_off(instance, was_on_trial);
    }
    known.erase(instance.sha256_hex);
    if (!built) {
      ++progress.not_built_instances;
      return;
    }
    add(made);
    if (!was_on_trial) return;
    // The disk and the processes are well again: the others follow at once.
    pause = parts.first_pause;
    std::ranges::move(failed, std::back_inserter(waiting));
    failed.clear();
  }

  /// Of those that failed one is tried after a pause, which grows.
  void put_off(PendingInstance const& instance, bool was_on_trial) {
    if (failed.empty() || was_on_trial) {
      try_at = Clock::now() + pause;
      pause = std::min(2 * pause, kLongestPause);
    }
    failed.push_back(instance);
  }

  void add(PyramidProgress const& made) {
    ++progress.done_instances;
    progress.verified_lossless += made.verified_lossless;
    progress.kept_lossy += made.kept_lossy;
    progress.kept_own_encoding += made.kept_own_encoding;
    progress.failed += made.failed;
  }

  /// An error leaves the instance pending: it says something of this machine (disk, processes), not
  /// of the file.
  Status build(PendingInstance const& pending, PyramidProgress& made) {
    auto const location = parts.index.locate(pending.sha256_hex);
    if (!location) return std::unexpected(location.error());
    if (!location->pending) return {};  // another process was first
    auto const file = parts.blobs.open(pending.sha256_hex);
    if (!file) return std::unexpected(file.error());
    auto const writer = parts.pyramids.create(pending.sha256_hex);
    if (!writer) return std::unexpected(writer.error());
    std::uint32_t const frames = location->instance.number_of_frames;
    auto const built = parts.pool.build(**file, [&](TranscodedFrame const& frame) -> Status {
      if ((*writer)->streams().size() >= frames)
        return fail(Errc::corrupt, "more frames than the index knows");
      return (*writer)->add(frame.index, frame.bytes);
    });
    if (!built && is_of_machine(built.error().code)) return built;
    while ((*writer)->streams().size() < frames) {
      auto const missing = failed_frame(built ? Errc::corrupt : built.error().code);
      if (auto const added = (*writer)->add(missing.index, {}); !added) return added;
    }
    if (auto const finished = (*writer)->finish(); !finished) return finished;
    auto const set = parts.index.set_streams(pending.sha256_hex, (*writer)->streams());
    if (!set) {
      if (set.error().code == Errc::not_found)
        (void)parts.pyramids.remove(pending.sha256_hex);  // the study was removed meanwhile
      return set;
    }
    for (auto const& stream : (*writer)->streams()) count(made, stream);
    return {};
  }

  Parts parts;
  OnBuilt on_built;
  OnFailing on_failing;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<PendingInstance> waiting, failed;
  std::set<std::string> known;  ///< hashes that wait, are in hand or have failed
  Clock::time_point try_at;     ///< when one of `failed` is tried
  std::chrono::milliseconds pause;
  std::string on_trial;  ///< hash of the one of them that waits or is in hand; or empty
  unsigned in_hand = 0;
  bool stopping = false;
  PyramidProgress progress;
  std::vector<std::jthread> threads;
};

PyramidQueue::PyramidQueue(Parts parts, unsigned threads, OnBuilt on_built, OnFailing on_failing)
    : impl_(std::make_unique<Impl>(parts, std::move(on_built), std::move(on_failing))) {
  for (unsigned i = 0; i < std::max(1u, threads); ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
  }
}

PyramidQueue::~PyramidQueue() {
  {
    std::lock_guard const lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  impl_->threads.clear();
}

void PyramidQueue::push(PendingInstance instance) {
  {
    std::lock_guard const lock(impl_->mutex);
    if (!impl_->known.insert(instance.sha256_hex).second) return;
    impl_->waiting.push_back(std::move(instance));
  }
  impl_->changed.notify_all();
}

Status PyramidQueue::push_pending() {
  auto const pending = impl_->parts.index.pending(kMostPending);
  if (!pending) return std::unexpected(pending.error());
  for (auto const& instance : *pending) push(instance);
  return {};
}

void PyramidQueue::wait_idle() {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return impl_->waiting.empty() && impl_->in_hand == 0; });
}

PyramidProgress PyramidQueue::progress() const {
  std::lock_guard const lock(impl_->mutex);
  PyramidProgress now = impl_->progress;
  now.waiting_instances = impl_->waiting.size() + impl_->in_hand;
  now.not_built_instances += impl_->failed.size();
  return now;
}

}  // namespace sightline::server
