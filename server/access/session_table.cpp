#include "access/session_table.hpp"

#include <algorithm>

namespace sightline::server {

Result<std::string> SessionTable::start(std::string user, Sha256Digest const& credential_id,
                                        TimePoint now) {
  Result<std::string> token = make_token();
  if (!token) return token;
  std::scoped_lock const lock(mutex_);
  std::erase_if(sessions_, [&](auto const& entry) { return is_over(entry.second, now); });
  if (sessions_.size() >= limits_.max_sessions)
    sessions_.erase(std::ranges::min_element(
        sessions_, {}, [](auto const& entry) { return entry.second.last_used; }));
  sessions_.emplace(digest_of(*token), Session{std::move(user), credential_id, now, now});
  return token;
}

std::optional<SessionTable::Session> SessionTable::find(Sha256Digest const& digest, TimePoint now,
                                                        bool is_use) {
  std::scoped_lock const lock(mutex_);
  auto const found = sessions_.find(digest);
  if (found == sessions_.end()) return std::nullopt;
  if (is_over(found->second, now)) {
    sessions_.erase(found);
    return std::nullopt;
  }
  if (is_use) found->second.last_used = now;
  return found->second;
}

void SessionTable::end(Sha256Digest const& digest) {
  std::scoped_lock const lock(mutex_);
  sessions_.erase(digest);
}

void SessionTable::keep_only(Credentials const& credentials) {
  std::scoped_lock const lock(mutex_);
  std::erase_if(sessions_, [&](auto const& entry) {
    User const* const user = credentials.find_user(entry.second.user);
    return user == nullptr || user->credential_id() != entry.second.credential_id;
  });
}

}  // namespace sightline::server
