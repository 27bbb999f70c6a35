#include "net/gate.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "net/problem.hpp"

namespace sightline::server {
namespace {

constexpr unsigned kUnauthorized = 401, kTooManyRequests = 429, kUnavailable = 503;

bool is_for_everybody(Route const& route) {
  return std::holds_alternative<Asset>(route) || std::holds_alternative<SignInForm>(route) ||
         std::holds_alternative<SignIn>(route) || std::holds_alternative<SignOut>(route) ||
         std::holds_alternative<Capabilities>(route);
}

bool is_page(Route const& route) {
  return std::holds_alternative<ListPage>(route) || std::holds_alternative<ViewPage>(route);
}

/// What a page asks by itself, from time to time, does not keep its session alive.
bool is_use(Route const& route) {
  return !std::holds_alternative<ServerStatus>(route) && !std::holds_alternative<WhoAmI>(route);
}

/// What follows "Scheme " in Authorization; empty for another scheme. Source: RFC 9110 11.4.
std::string_view credentials_of(Request const& request, std::string_view scheme) {
  std::string_view text = request.header("authorization");
  if (text.size() <= scheme.size() || text[scheme.size()] != ' ') return {};
  auto const low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (!std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, low, low)) return {};
  text.remove_prefix(scheme.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

std::optional<PasswordToCheck> basic_of(Request const& request) {
  auto const decoded = decode_base64(credentials_of(request, "basic"));
  if (!decoded) return std::nullopt;
  std::size_t const colon = decoded->find(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  PasswordToCheck basic{decoded->substr(0, colon), decoded->substr(colon + 1)};
  bool const is_bounded =
      is_credential_name(basic.user) && basic.password.size() <= kMostPasswordBytes;
  return is_bounded ? std::optional(std::move(basic)) : std::nullopt;
}

unsigned status_of(std::optional<SignInRefused> const& refused) {
  if (!refused) return kUnauthorized;
  switch (refused->why) {
    case SignInRefused::Why::too_many: return kTooManyRequests;
    case SignInRefused::Why::busy: return kUnavailable;
    case SignInRefused::Why::wrong: break;
  }
  return kUnauthorized;
}

std::string sentence_of(SignInRefused const& refused) {
  switch (refused.why) {
    case SignInRefused::Why::too_many:
      return "Too many attempts. Try again in " + std::to_string(refused.retry_after.count()) +
             " s.";
    case SignInRefused::Why::busy: return "The server is busy. Try again in a moment.";
    case SignInRefused::Why::wrong: break;
  }
  return "The user name or the password is not right.";
}

/// 401 has a challenge, and the others say when to try again.
void add_challenge(Response& response, std::optional<SignInRefused> const& refused,
                   bool takes_basic) {
  if (response.status != kUnauthorized) {
    response.headers.push_back({"Retry-After", std::to_string(refused->retry_after.count())});
    return;
  }
  // No browser has a window for Bearer: it shows the answer.
  response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"Sightline\""});
  if (takes_basic)
    response.headers.push_back(
        {"WWW-Authenticate", "Basic realm=\"Sightline\", charset=\"UTF-8\""});
}

}  // namespace

Passage allow(Request const& request, Route const& route, Doorkeeper& doorkeeper,
              SignInPage const& page) {
  if (is_for_everybody(route)) return Identity{};
  auto basic = basic_of(request);
  Presented presented{session_token_of(request), credentials_of(request, "bearer")};
  if (basic) presented.user = basic->user, presented.password = basic->password;
  if (auto identity = doorkeeper.recognise(presented, is_use(route))) return std::move(*identity);
  if (basic) return std::move(*basic);
  return turn_away(request, route, page);
}

Response turn_away(Request const& request, Route const& route, SignInPage const& page,
                   std::optional<SignInRefused> refused) {
  if (is_page(route)) return sign_in_page(page, path_of_page(route), {}, refused);
  Response response =
      problem(status_of(refused), refused ? sentence_of(*refused) : "Sign in, or send a token.");
  bool const is_from_browser = request.count("sec-fetch-site") > 0 || request.count("origin") > 0 ||
                               request.count("cookie") > 0;
  bool const is_dicomweb =
      request.target.starts_with("/dicom-web") || request.target.starts_with("/wado");
  add_challenge(response, refused, is_dicomweb && !is_from_browser);
  return response;
}

Response sign_in_page(SignInPage const& page, std::string_view to, std::string_view user,
                      std::optional<SignInRefused> refused) {
  Response response;
  response.status = status_of(refused);
  response.content_type = "text/html; charset=utf-8";
  response.has_form = true;
  response.body = Body(page.with(to, user, refused ? sentence_of(*refused) : std::string{}));
  add_challenge(response, refused, false);
  return response;
}

std::string_view session_token_of(Request const& request) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    std::size_t const end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(kSessionCookie) && pair.substr(kSessionCookie.size()).starts_with('='))
      return pair.substr(kSessionCookie.size() + 1);
  }
  return {};
}

std::string path_of_page(Route const& route) {
  auto const* const view = std::get_if<ViewPage>(&route);
  if (view == nullptr || view->study_instance_uid.empty()) return "/";
  return "/view/" + view->study_instance_uid;
}

}  // namespace sightline::server
