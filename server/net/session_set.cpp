#include "net/session_set.hpp"

namespace sightline::server {

std::uint64_t SessionSet::add(std::weak_ptr<Session> session) {
  sessions_.emplace(++last_id_, std::move(session));
  return last_id_;
}

void SessionSet::end_all() {
  for (auto const& [id, weak] : sessions_) {
    if (std::shared_ptr<Session> const session = weak.lock()) session->end();
  }
}

void SessionSet::abort_all() {
  for (auto const& [id, weak] : sessions_) {
    if (std::shared_ptr<Session> const session = weak.lock()) session->abort();
  }
}

}  // namespace sightline::server
