#pragma once
#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "net/net.hpp"

namespace sightline::server {

/// Fires once when a moment passes that can be moved at any time; moving it later costs no timer
/// operation. (Beast's own stream timeouts close the socket, which leaves no way to answer 408.)
/// Threads: the session's strand only.
class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  using Clock = std::chrono::steady_clock;

  Deadline(net::any_io_executor executor, std::function<void()> on_passed)
      : timer_(std::move(executor)), on_passed_(std::move(on_passed)) {}

  void set(std::chrono::milliseconds from_now);
  /// No more calls of on_passed; releases it.
  void cancel();
  bool has_passed() const { return has_passed_; }

 private:
  void arm(Clock::time_point when);

  net::steady_timer timer_;
  std::function<void()> on_passed_;
  Clock::time_point when_{}, armed_{};
  bool is_armed_ = false, has_passed_ = false;
};

}  // namespace sightline::server
