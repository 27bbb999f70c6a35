#pragma once
#include <atomic>
#include <string>

#include "access/doorkeeper.hpp"
#include "net/net.hpp"

namespace sightline::server {

/// Where passwords are checked: on a thread of its own, because a check takes some tenths of a
/// second and 128 MiB. Few may wait; who comes then is told to come again. Threads: check() from
/// any strand. Lifetime: outlives the coroutines that wait.
class PasswordDesk {
 public:
  explicit PasswordDesk(Doorkeeper& doorkeeper) : doorkeeper_(doorkeeper) {}

  /// Executor: the caller's, before and after.
  net::awaitable<std::expected<Identity, SignInRefused>> check(std::string user,
                                                               std::string password,
                                                               std::string address);
  void join() { thread_.join(); }

 private:
  Doorkeeper& doorkeeper_;
  std::atomic<int> waiting_ = 0;
  net::thread_pool thread_{1};
};

}  // namespace sightline::server
