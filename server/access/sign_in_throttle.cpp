#include "access/sign_in_throttle.hpp"

#include <algorithm>

namespace sightline::server {

std::chrono::seconds SignInThrottle::begin(std::string_view account, std::string_view address,
                                           TimePoint now) {
  std::scoped_lock const lock(mutex_);
  Sha256Digest const by_account = account_key(account), by_address = address_key(address);
  auto const wait = std::max(wait_of(by_account, now), wait_of(by_address, now));
  if (wait.count() > 0) return wait;
  count(by_account, limits_.longest_for_account, now);
  count(by_address, limits_.longest_for_address, now);
  return std::chrono::seconds{0};
}

void SignInThrottle::succeeded(std::string_view account, std::string_view address) {
  std::scoped_lock const lock(mutex_);
  entries_.erase(account_key(account));
  auto const found = entries_.find(address_key(address));
  if (found == entries_.end()) return;
  // Not all of them: who knows one password could otherwise guess another between two successes.
  found->second.failures -= found->second.failures > 0 ? 1 : 0;
  found->second.next = {};
}

std::chrono::seconds SignInThrottle::wait_of(Sha256Digest const& key, TimePoint now) const {
  auto const found = entries_.find(key);
  if (found == entries_.end() || found->second.next <= now) return std::chrono::seconds{0};
  return std::chrono::ceil<std::chrono::seconds>(found->second.next - now);
}

void SignInThrottle::count(Sha256Digest const& key, std::chrono::seconds longest, TimePoint now) {
  if (!entries_.contains(key)) make_room(now);
  Entry& entry = entries_[key];
  if (entry.failures > 0 && now - entry.last > limits_.forgotten_after) entry = {};
  entry.last = now;
  ++entry.failures;
  if (entry.failures < limits_.free_attempts) return;
  unsigned const doublings = std::min(entry.failures - limits_.free_attempts, 20U);
  entry.next = now + std::min(std::chrono::seconds{1LL << doublings}, longest);
}

/// What is forgotten goes first, then what has waited longest for its next attempt.
void SignInThrottle::make_room(TimePoint now) {
  if (entries_.size() < limits_.max_entries) return;
  std::erase_if(entries_, [&](auto const& entry) {
    return now - entry.second.last > limits_.forgotten_after;
  });
  if (entries_.size() < limits_.max_entries) return;
  entries_.erase(
      std::ranges::min_element(entries_, {}, [](auto const& entry) { return entry.second.last; }));
}

Sha256Digest SignInThrottle::account_key(std::string_view account) const {
  return keyed_digest(key_, {"account", account});
}
Sha256Digest SignInThrottle::address_key(std::string_view address) const {
  return keyed_digest(key_, {"address", address});
}

}  // namespace sightline::server
