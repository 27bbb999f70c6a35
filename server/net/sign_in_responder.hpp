#pragma once
#include <expected>
#include <string>

#include "net/gate.hpp"
#include "net/services.hpp"

namespace sightline::server {

inline constexpr std::uint64_t kMostFormBytes = 8 * 1024;

/// What the sign-in form sends. `to` is the path of a page of ours, whatever was sent.
struct SignInFields {
  std::string user, password, to;
};
/// Error: the answer, 415 (another media type) or 400.
std::expected<SignInFields, Response> parse_sign_in(Request const& request, std::string_view form);

/// 303 to the page, with the cookie of a new session; the browser's old one ends. The cookie is for
/// this host alone, never sent without TLS (loopback counts as such), out of scripts' reach, and
/// Lax: a link from elsewhere finds its reader signed in, a form from elsewhere does not. It has no
/// expiry: it goes with the browser, and the server ends the session before. Source: RFC 6265bis
/// 4.1.
Response signed_in(Services const& services, Request const& request, SignInFields const& fields,
                   Identity const& identity);
/// The sign-in page again, with what was wrong.
Response sign_in_failed(Services const& services, SignInFields const& fields,
                        SignInRefused const& refused);

/// Ends the session; the browser forgets the cookie and what it has kept of pictures.
Response respond_sign_out(Services const& services, Request const& request);
/// `{"user": "anna"}`; null when nobody is asked for, or for a program.
Response respond_who_am_i(Services const& services, Request const& request);

}  // namespace sightline::server
