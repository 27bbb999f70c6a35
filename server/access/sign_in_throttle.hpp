#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <string_view>

#include "access/secret.hpp"

namespace sightline::server {

/// How fast passwords may be tried.
struct ThrottleLimits {
  unsigned free_attempts = 5;  ///< that fail before there is a delay
  /// The delay is one second, doubled with each further failure, at most this long. An account is
  /// never locked: somebody else's guesses keep its owner waiting for a minute, not for a day.
  std::chrono::seconds longest_for_account{60}, longest_for_address{900};
  std::chrono::seconds forgotten_after{3600};
  std::size_t max_entries = 10'000;
};

/// Delays after wrong passwords, for the account that was tried and for the address that tried.
/// Accounts that do not exist are delayed like those that do. Threads: any.
class SignInThrottle {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  SignInThrottle(ProcessKey const& key, ThrottleLimits limits) : key_(key), limits_(limits) {}

  /// Zero: try now; the attempt counts as a failure until succeeded() is told, so that attempts at
  /// the same time do not pass together. Otherwise how long to wait; the attempt does not count.
  std::chrono::seconds begin(std::string_view account, std::string_view address, TimePoint now);
  /// Forgets the account's failures and this one attempt of the address.
  void succeeded(std::string_view account, std::string_view address);

 private:
  struct Entry {
    unsigned failures = 0;
    TimePoint next{}, last{};
  };
  using Table = std::map<Sha256Digest, Entry>;

  std::chrono::seconds wait_of(Sha256Digest const& key, TimePoint now) const;
  void count(Sha256Digest const& key, std::chrono::seconds longest, TimePoint now);
  void make_room(TimePoint now);
  Sha256Digest account_key(std::string_view account) const;
  Sha256Digest address_key(std::string_view address) const;

  ProcessKey key_;
  ThrottleLimits limits_;
  std::mutex mutex_;
  Table entries_;  ///< by keyed digest: neither names nor addresses are kept
};

}  // namespace sightline::server
