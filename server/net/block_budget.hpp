#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

namespace sightline::server {

/// Memory for the blocks in which bodies come in and large answers go out, of all connections
/// together: the more of it is taken, the smaller is the next share, so that a thousand connections
/// that stand still hold megabytes and not hundreds of them, and a new one is always served.
/// Threads: any.
class BlockBudget {
 public:
  static constexpr std::int64_t kBytes = 1 << 20;
  static constexpr std::int64_t kMostShare = 64 << 10, kLeastShare = 4 << 10;

  /// A share, until it goes. Lifetime: the budget outlives it.
  class Share {
   public:
    explicit Share(BlockBudget& budget) : budget_(budget), bytes_(budget.take()) {}
    ~Share() { budget_.left_ += bytes_; }
    Share(Share const&) = delete;
    Share& operator=(Share const&) = delete;
    std::uint32_t bytes() const { return static_cast<std::uint32_t>(bytes_); }

   private:
    BlockBudget& budget_;
    std::int64_t bytes_;
  };

 private:
  std::int64_t take() {
    std::int64_t const share = std::clamp(left_.load() / 16, kLeastShare, kMostShare);
    left_ -= share;
    return share;
  }
  std::atomic<std::int64_t> left_{kBytes};  ///< below 0 when only least shares are left
};

}  // namespace sightline::server
