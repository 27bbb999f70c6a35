#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sightline::server {

/// Memory that threads share: each says what it needs and waits until there is room. One that asks
/// for more than there is at all waits until it is alone. Threads: any.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t bytes) : total_(bytes), left_(bytes) {}

  /// Room that is given back when it goes.
  class Share {
   public:
    Share(ByteBudget& budget, std::uint64_t bytes) : budget_(budget), bytes_(bytes) {}
    Share(Share const&) = delete;
    Share& operator=(Share const&) = delete;
    ~Share() {
      {
        std::lock_guard const lock(budget_.mutex_);
        budget_.left_ += bytes_;
      }
      budget_.changed_.notify_all();
    }

   private:
    ByteBudget& budget_;
    std::uint64_t bytes_;
  };

  Share take(std::uint64_t bytes) {
    std::uint64_t const share = std::min(bytes, total_);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return left_ >= share; });
    left_ -= share;
    return Share(*this, share);
  }

 private:
  std::uint64_t total_, left_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace sightline::server
