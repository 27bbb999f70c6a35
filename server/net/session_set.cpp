#include "net/session_set.hpp"

namespace sightline::server {

std::uint64_t SessionSet::add(std::weak_ptr<Session> session, std::string network) {
  ++counts_[network];
  sessions_.emplace(++last_id_, Entry{std::move(session), std::move(network)});
  return last_id_;
}

void SessionSet::remove(std::uint64_t id) {
  auto const found = sessions_.find(id);
  if (found == sessions_.end()) return;
  auto const count = counts_.find(found->second.network);
  if (--count->second == 0) counts_.erase(count);
  sessions_.erase(found);
}

std::size_t SessionSet::count_of(std::string const& network) const {
  auto const found = counts_.find(network);
  return found == counts_.end() ? 0 : found->second;
}

void SessionSet::end_all() {
  for (auto const& [id, entry] : sessions_) {
    if (std::shared_ptr<Session> const session = entry.session.lock()) session->end();
  }
}

void SessionSet::abort_all() {
  for (auto const& [id, entry] : sessions_) {
    if (std::shared_ptr<Session> const session = entry.session.lock()) session->abort();
  }
}

}  // namespace sightline::server
