#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "access/password.hpp"

namespace sightline::server {

/// Somebody who signs in with a password.
struct User {
  std::string name;
  PasswordHash password;
  /// Names this password of this user: another password, another id.
  Sha256Digest credential_id() const;
};

/// A program that is let in by a secret of its own.
struct ApiToken {
  std::string name;
  Sha256Digest digest{};  ///< digest_of() the secret
};

/// Everybody who may come in. Names are unique within their kind.
struct Credentials {
  std::vector<User> users;
  std::vector<ApiToken> tokens;

  User const* find_user(std::string_view name) const;
  ApiToken const* find_token(Sha256Digest const& digest) const;
};

inline constexpr std::size_t kMostCredentials = 10'000;  ///< of each kind

/// 1 to 64 of letters, digits and `._@+-`: the same in every file, header and terminal.
bool is_credential_name(std::string_view name);

/// The file's text: a line `sightline credentials 1`, then one line for each,
///   user NAME scrypt LOG2N BLOCK PARALLEL SALT KEY
///   token NAME sha256 DIGEST
/// with bytes in hex.
std::string encode_credentials(Credentials const& credentials);
/// Errors: corrupt (with the line's number), unsupported (another version), limit_exceeded.
Result<Credentials> parse_credentials(std::string_view text);

}  // namespace sightline::server
