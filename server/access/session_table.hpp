#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "access/credentials.hpp"

namespace sightline::server {

struct SessionLimits {
  std::chrono::seconds idle{30 * 60};          ///< without a request of a person
  std::chrono::seconds longest{12 * 60 * 60};  ///< from the sign-in on
  std::size_t max_sessions = 10'000;
};

/// Who is signed in, in memory only: a restart signs everybody out. Kept by the token's digest; the
/// token itself is the browser's alone. Threads: any.
class SessionTable {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Session {
    std::string user;
    Sha256Digest credential_id{};  ///< of the password that it was opened with
    TimePoint started{}, last_used{};
  };

  explicit SessionTable(SessionLimits limits) : limits_(limits) {}

  /// The token of a new session. In a full table the one that was unused longest ends. Errors: io.
  Result<std::string> start(std::string user, Sha256Digest const& credential_id, TimePoint now);
  /// The session, unless it is over. `is_use`: its idle time begins anew.
  std::optional<Session> find(Sha256Digest const& digest, TimePoint now, bool is_use);
  void end(Sha256Digest const& digest);
  /// Ends those of users who are gone or have another password.
  void keep_only(Credentials const& credentials);

 private:
  bool is_over(Session const& session, TimePoint now) const {
    return now - session.last_used > limits_.idle || now - session.started > limits_.longest;
  }

  SessionLimits limits_;
  std::mutex mutex_;
  std::map<Sha256Digest, Session> sessions_;
};

}  // namespace sightline::server
