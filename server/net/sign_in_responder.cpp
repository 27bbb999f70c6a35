#include "net/sign_in_responder.hpp"

#include <boost/json.hpp>

#include "net/problem.hpp"
#include "net/responder.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kCookieRules = "; Path=/; Secure; HttpOnly; SameSite=Lax";

/// The page that a path names; "/" when it names none: never another site, whatever was sent.
std::string page_path(std::string const& path) {
  Result<RequestTarget> const target = parse_request_target(path);
  if (!target || !target->query.empty()) return "/";
  auto const route = find_route(*target);
  return route ? path_of_page(*route) : "/";
}

Response see_other(std::string path) {
  Response response;
  response.status = 303;
  response.headers.push_back({"Location", std::move(path)});
  return response;
}

}  // namespace

std::expected<SignInFields, Response> parse_sign_in(Request const& request, std::string_view form) {
  std::string_view const type = request.header("content-type");
  if (type.substr(0, type.find(';')) != kFormType)
    return std::unexpected(problem(415, "The sign-in is a form."));
  // A form is written as a query is. Source: URL Standard 5.
  Result<RequestTarget> const fields = parse_request_target("/?" + std::string(form));
  std::string const* const user = fields ? fields->find("user") : nullptr;
  std::string const* const password = fields ? fields->find("password") : nullptr;
  if (user == nullptr || password == nullptr || password->size() > kMostPasswordBytes)
    return std::unexpected(problem(400, "The form cannot be read."));
  std::string const* const to = fields->find("to");
  return SignInFields{*user, *password, to != nullptr ? page_path(*to) : "/"};
}

Response signed_in(Services const& services, Request const& request, SignInFields const& fields,
                   Identity const& identity) {
  services.doorkeeper.end_session(session_token_of(request));
  auto const token = services.doorkeeper.start_session(identity);
  if (!token) return problem_of(token.error());
  Response response = see_other(fields.to);
  response.headers.push_back(
      {"Set-Cookie", std::string(kSessionCookie) + "=" + *token + std::string(kCookieRules)});
  return response;
}

Response sign_in_failed(Services const& services, SignInFields const& fields,
                        SignInRefused const& refused) {
  return sign_in_page(services.sign_in_page, fields.to, fields.user, refused);
}

Response respond_sign_out(Services const& services, Request const& request) {
  services.doorkeeper.end_session(session_token_of(request));
  Response response;
  response.status = 204;
  response.headers.push_back({"Set-Cookie", std::string(kSessionCookie) + "=" +
                                                std::string(kCookieRules) + "; Max-Age=0"});
  response.headers.push_back({"Clear-Site-Data", "\"cache\", \"storage\""});
  return response;
}

Response respond_who_am_i(Services const& services, Request const& request) {
  auto const identity = services.doorkeeper.recognise({session_token_of(request)}, false);
  boost::json::object body{{"user", nullptr}};
  if (identity && identity->way == Identity::Way::session) body["user"] = identity->name;
  return text_response(request, "application/json", boost::json::serialize(body));
}

}  // namespace sightline::server
