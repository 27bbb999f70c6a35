#pragma once
#include <optional>
#include <string>
#include <variant>

#include "access/doorkeeper.hpp"
#include "net/http_message.hpp"
#include "net/router.hpp"
#include "page/sign_in_page.hpp"

namespace sightline::server {

inline constexpr std::string_view kSessionCookie = "__Host-sightline";

/// Somebody says to be this user; scrypt has to tell, and that takes time.
struct PasswordToCheck {
  std::string user, password;
};
/// On whose behalf a request is answered, what has to be checked first, or why it is not answered.
using Passage = std::variant<Identity, PasswordToCheck, Response>;

/// THE place where a request is allowed: called once for every admitted request, the upgrade to a
/// WebSocket among them, before anything is looked up. The page's own files, the sign-in, and the
/// bare names of methods are for everybody. Source: RFC 6750 2.1, RFC 7617 2, RFC 6265 5.4.
Passage allow(Request const& request, Route const& route, Doorkeeper& doorkeeper,
              SignInPage const& page);

/// The answer to a request that nobody in particular sends: the sign-in page for pages (at the
/// address that was asked for, so that its fragment stays), a problem for the rest. 401, or with
/// `refused` 401, 429 or 503. The challenge is Basic only where no browser page can have sent the
/// request: a browser would ask for the password in a window of its own.
Response turn_away(Request const& request, Route const& route, SignInPage const& page,
                   std::optional<SignInRefused> refused = std::nullopt);

/// The sign-in page that comes back to `to`; 401 with its challenge, or what `refused` says, with
/// the sentence. Source: RFC 9110 15.5.2, RFC 6585 4.
Response sign_in_page(SignInPage const& page, std::string_view to, std::string_view user = {},
                      std::optional<SignInRefused> refused = std::nullopt);

/// The value of our cookie; empty without it.
std::string_view session_token_of(Request const& request);

/// Where a page's route lies: what the sign-in comes back to. "/" for what is no page.
std::string path_of_page(Route const& route);

}  // namespace sightline::server
