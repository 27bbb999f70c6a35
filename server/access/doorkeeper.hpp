#pragma once
#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/credential_file.hpp"
#include "access/session_table.hpp"
#include "access/sign_in_throttle.hpp"

namespace sightline::server {

/// On whose behalf a request is answered.
struct Identity {
  enum class Way : std::uint8_t {
    nobody,    ///< nobody is asked for: loopback, without users
    session,   ///< a browser, by its cookie
    password,  ///< a client, by HTTP Basic
    token,     ///< a program, by its Bearer token
  } way = Way::nobody;
  std::string name;    ///< the user's or the token's; empty for nobody
  Sha256Digest key{};  ///< of the session, the password or the token: is_current() asks about it
};

/// What a request brings along. The views live as long as the request.
struct Presented {
  std::string_view session_token = {}, bearer_token = {};
  std::string_view user = {}, password = {};  ///< of HTTP Basic
};

/// Why somebody is not let in, and when to try again.
struct SignInRefused {
  enum class Why : std::uint8_t {
    wrong,     ///< the name or the password; which is not said
    too_many,  ///< attempts before this one, which was not looked at
    busy,      ///< no memory or no turn for a check
  } why = Why::wrong;
  std::chrono::seconds retry_after{0};
};

struct DoorkeeperOptions {
  std::filesystem::path store;  ///< the folder of the credential file
  bool always_asks = false;     ///< also while nobody may come in: whatever is not loopback
  ScryptCost cost = {};         ///< of the check that unknown names get
  SessionLimits sessions = {};
  ThrottleLimits throttle = {};
  std::chrono::seconds remembered{300};  ///< a password that was right is not checked again
  std::size_t max_remembered = 1024;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// Knows everybody who may come in, and who is in. Once it asks for an identity it always does,
/// whatever becomes of the credential file. Threads: any; sign_in() takes as long as scrypt, and
/// its memory: one or two at a time.
class Doorkeeper {
 public:
  /// Errors: those of CredentialFile::load, io (no randomness).
  static Result<std::unique_ptr<Doorkeeper>> create(DoorkeeperOptions options);

  bool asks() const { return asks_; }
  /// Whether there is a user or a token.
  bool knows_somebody() const;

  /// Whoever can be told without work: nobody when nobody is asked for, a session, a token, a
  /// password that was right a moment ago. `is_use`: a person does something, the session goes on.
  std::optional<Identity> recognise(Presented const& presented, bool is_use);
  /// Checks a password. `address`: of the client, for the delays after wrong ones. A name that
  /// nobody has takes as long.
  std::expected<Identity, SignInRefused> sign_in(std::string_view user, std::string_view password,
                                                 std::string_view address);

  /// The token of a new session of somebody who has signed in. Errors: io.
  Result<std::string> start_session(Identity const& identity);
  void end_session(std::string_view session_token);

  /// Whether an identity that was told before still is one: sockets ask while they are open.
  bool is_current(Identity const& identity, bool is_use = false);

  /// Loads the credential file if it has changed; ends what rested on what is gone. True: it has
  /// changed. A file that cannot be read changes nothing. Errors: those of CredentialFile::load.
  Result<bool> refresh();

 private:
  struct Remembered {
    Identity identity;
    std::chrono::steady_clock::time_point until;
  };
  Doorkeeper(DoorkeeperOptions options, ProcessKey const& key, PasswordHash const& nobodys);

  std::shared_ptr<Credentials const> credentials() const;
  void take(Credentials credentials);
  std::optional<Identity> remembered(std::string_view user, std::string_view password);
  void remember(Identity const& identity, std::string_view user, std::string_view password);

  DoorkeeperOptions options_;
  CredentialFile file_;
  ProcessKey key_;
  PasswordHash nobodys_;  ///< what the passwords of unknown names are compared with
  std::atomic<bool> asks_ = false;
  SessionTable sessions_;
  SignInThrottle throttle_;
  std::mutex refreshing_;  ///< one at a time: who waits finds it done
  FileMark mark_;
  std::mutex mutable mutex_;  ///< of what follows
  std::shared_ptr<Credentials const> credentials_;
  std::map<Sha256Digest, Remembered> remembered_;  ///< by keyed digest of name and password
};

}  // namespace sightline::server
