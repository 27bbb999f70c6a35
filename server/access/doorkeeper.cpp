#include "access/doorkeeper.hpp"

#include <algorithm>

namespace sightline::server {

Result<std::unique_ptr<Doorkeeper>> Doorkeeper::create(DoorkeeperOptions options) {
  ProcessKey key{};
  if (auto const filled = fill_random(key); !filled) return std::unexpected(filled.error());
  // A hash that no password has: its key is random, not derived.
  PasswordHash nobodys{options.cost};
  if (auto const filled = fill_random(nobodys.key); !filled) return std::unexpected(filled.error());
  std::unique_ptr<Doorkeeper> keeper(new Doorkeeper(std::move(options), key, nobodys));
  keeper->mark_ = keeper->file_.mark();
  auto credentials = keeper->file_.load();
  if (!credentials) return std::unexpected(credentials.error());
  keeper->take(std::move(*credentials));
  return keeper;
}

Doorkeeper::Doorkeeper(DoorkeeperOptions options, ProcessKey const& key,
                       PasswordHash const& nobodys)
    : options_(std::move(options)),
      file_(options_.store),
      key_(key),
      nobodys_(nobodys),
      asks_(options_.always_asks),
      sessions_(options_.sessions),
      throttle_(key_, options_.throttle) {}

bool Doorkeeper::knows_somebody() const {
  auto const known = credentials();
  return !known->users.empty() || !known->tokens.empty();
}

std::shared_ptr<Credentials const> Doorkeeper::credentials() const {
  std::scoped_lock const lock(mutex_);
  return credentials_;
}

void Doorkeeper::take(Credentials credentials) {
  auto taken = std::make_shared<Credentials const>(std::move(credentials));
  if (!taken->users.empty() || !taken->tokens.empty()) asks_ = true;
  {
    std::scoped_lock const lock(mutex_);
    credentials_ = taken;
    remembered_.clear();
  }
  sessions_.keep_only(*taken);
}

Result<bool> Doorkeeper::refresh() {
  std::scoped_lock const lock(refreshing_);
  FileMark const mark = file_.mark();
  if (mark == mark_) return false;
  mark_ = mark;
  auto credentials = file_.load();
  if (!credentials) return std::unexpected(credentials.error());
  take(std::move(*credentials));
  return true;
}

std::optional<Identity> Doorkeeper::recognise(Presented const& presented, bool is_use) {
  if (!asks_) return Identity{};
  if (!presented.bearer_token.empty()) {
    Sha256Digest const digest = digest_of(presented.bearer_token);
    auto const known = credentials();
    ApiToken const* const token = known->find_token(digest);
    if (token != nullptr) return Identity{Identity::Way::token, token->name, digest};
  }
  if (!presented.user.empty()) {
    if (auto identity = remembered(presented.user, presented.password)) return identity;
  }
  if (presented.session_token.empty()) return std::nullopt;
  Sha256Digest const digest = digest_of(presented.session_token);
  auto const session = sessions_.find(digest, options_.now(), is_use);
  if (!session) return std::nullopt;
  return Identity{Identity::Way::session, session->user, digest};
}

std::expected<Identity, SignInRefused> Doorkeeper::sign_in(std::string_view user,
                                                           std::string_view password,
                                                           std::string_view address) {
  // Several requests of one client may have waited for the first one's check.
  if (auto identity = remembered(user, password)) return std::move(*identity);
  auto const wait = throttle_.begin(user, address, options_.now());
  if (wait.count() > 0) return std::unexpected(SignInRefused{SignInRefused::Why::too_many, wait});
  auto const known = credentials();
  User const* const found = known->find_user(user);
  PasswordHash unknown = nobodys_;
  if (!known->users.empty()) unknown.cost = known->users.front().password.cost;
  auto const is_right = is_password(password, found != nullptr ? found->password : unknown);
  if (!is_right)
    return std::unexpected(SignInRefused{SignInRefused::Why::busy, std::chrono::seconds{2}});
  if (found == nullptr || !*is_right) return std::unexpected(SignInRefused{});
  throttle_.succeeded(user, address);
  Identity identity{Identity::Way::password, found->name, found->credential_id()};
  remember(identity, user, password);
  return identity;
}

std::optional<Identity> Doorkeeper::remembered(std::string_view user, std::string_view password) {
  Sha256Digest const key = keyed_digest(key_, {"basic", user, password});
  std::scoped_lock const lock(mutex_);
  auto const found = remembered_.find(key);
  if (found == remembered_.end() || found->second.until < options_.now()) return std::nullopt;
  return found->second.identity;
}

void Doorkeeper::remember(Identity const& identity, std::string_view user,
                          std::string_view password) {
  Sha256Digest const key = keyed_digest(key_, {"basic", user, password});
  auto const now = options_.now();
  std::scoped_lock const lock(mutex_);
  // The file may have changed while scrypt ran: what it no longer has is not remembered.
  User const* const user_now = credentials_->find_user(user);
  if (user_now == nullptr || user_now->credential_id() != identity.key) return;
  std::erase_if(remembered_, [now](auto const& entry) { return entry.second.until < now; });
  if (remembered_.size() < options_.max_remembered)
    remembered_.insert_or_assign(key, Remembered{identity, now + options_.remembered});
}

Result<std::string> Doorkeeper::start_session(Identity const& identity) {
  Result<std::string> token = sessions_.start(identity.name, identity.key, options_.now());
  // The user may have been removed while scrypt ran.
  if (token && !is_current(identity)) end_session(*token);
  return token;
}

void Doorkeeper::end_session(std::string_view session_token) {
  sessions_.end(digest_of(session_token));
}

bool Doorkeeper::is_current(Identity const& identity, bool is_use) {
  switch (identity.way) {
    case Identity::Way::nobody: return !asks_;
    case Identity::Way::session:
      return sessions_.find(identity.key, options_.now(), is_use).has_value();
    case Identity::Way::token: return credentials()->find_token(identity.key) != nullptr;
    case Identity::Way::password: break;
  }
  auto const known = credentials();
  User const* const user = known->find_user(identity.name);
  return user != nullptr && user->credential_id() == identity.key;
}

}  // namespace sightline::server
