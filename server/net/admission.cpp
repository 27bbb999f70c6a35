#include "net/admission.hpp"

#include <algorithm>

#include "net/content_coding.hpp"
#include "net/problem.hpp"
#include "wire/tile_frame.hpp"

namespace sightline::server {
namespace {

Refusal refuse(unsigned status, std::string_view detail, bool must_close = false) {
  return Refusal{problem(status, detail), must_close};
}

/// Whether a comma-separated header has this token, ignoring case.
bool has_token(std::string_view list, std::string_view token) {
  auto const low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  while (!list.empty()) {
    std::size_t const comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (std::ranges::equal(item, token, {}, low, low)) return true;
  }
  return false;
}

Admission admit_socket(Request const& request, OriginPolicy const& origins,
                       TileSocketUpgrade route) {
  bool const is_upgrade = request.method == Method::get &&
                          has_token(request.header("upgrade"), "websocket") &&
                          has_token(request.header("connection"), "upgrade");
  if (!is_upgrade || request.header("sec-websocket-version") != "13") {
    Refusal refusal = refuse(426, "This is a WebSocket.");
    refusal.response.headers.push_back({"Upgrade", "websocket"});
    refusal.response.headers.push_back({"Sec-WebSocket-Version", "13"});
    return refusal;
  }
  if (!has_token(request.header("sec-websocket-protocol"), wire::kSubprotocol)) {
    return refuse(400, "The subprotocol is sightline.tiles.v1.");
  }
  if (request.count("origin") > 1 ||
      !origins.may_open_socket(request.header("origin"), request.header("host"))) {
    return refuse(403, "A page of this origin may not open the socket.");
  }
  return Route{route};
}

Refusal refuse_method(bool has_body) {
  Refusal refusal = refuse(405, "This is answered to GET and HEAD.", has_body);
  refusal.response.headers.push_back({"Allow", "GET, HEAD"});
  return refusal;
}

/// What is refused here leaves a body behind that nobody reads: the connection ends.
Admission admit_post(Request const& request, OriginPolicy const& origins) {
  if (!origins.is_our_host(request.header("host")))
    return refuse(421, "This server does not answer to that host name.", true);
  Result<RequestTarget> const target = parse_request_target(request.target);
  if (!target) return refuse(400, "The target cannot be read.", true);
  std::expected<Route, unsigned> route = find_post_route(*target);
  if (!route && route.error() == 405) return refuse_method(true);
  if (!route) return refuse(route.error(), "There is no such thing here.", true);
  // A page of a foreign site can make a browser post, with the cookies that it holds for us.
  std::string_view const origin = request.header("origin"), host = request.header("host");
  bool const is_store = std::holds_alternative<StowStore>(*route);
  bool const may_post =
      is_store ? origins.may_store(origin, host) : origins.is_our_page(origin, host);
  if (request.count("origin") > 1 || !may_post)
    return refuse(403, "A page of this origin may not do this.", true);
  if (std::holds_alternative<SignOut>(*route) && request.has_body)
    return refuse(413, "This request has no body.", true);
  if (std::holds_alternative<SignOut>(*route)) return std::move(*route);
  if (!request.has_body) return refuse(411, "There is nothing in the body.");
  std::string_view const expect = request.header("expect");
  if (!expect.empty() && !has_token(expect, "100-continue"))
    return refuse(417, "This is not what the server does.", true);
  return std::move(*route);
}

Admission admit_options(Request const& request, OriginPolicy const& origins) {
  if (request.has_body) return refuse(413, "This request has no body.", true);
  if (!origins.is_our_host(request.header("host")))
    return refuse(421, "This server does not answer to that host name.");
  Result<RequestTarget> const target = parse_request_target(request.target);
  if (!target) return refuse(400, "The target cannot be read.");
  if (target->segments == std::vector<std::string>{"dicom-web"})
    return Route{Capabilities{false, true}};
  bool const takes_post = find_post_route(*target).has_value();
  if (!takes_post && !find_route(*target)) return refuse(404, "There is no such thing here.");
  return Route{Capabilities{takes_post, false}};
}

}  // namespace

Admission admit(Request const& request, OriginPolicy const& origins) {
  if (request.method == Method::options) return admit_options(request, origins);
  if (request.method == Method::post) return admit_post(request, origins);
  if (request.has_body) return refuse(413, "This request has no body.", true);
  if (request.method == Method::other) return refuse_method(false);
  if (!origins.is_our_host(request.header("host")))
    return refuse(421, "This server does not answer to that host name.");
  Result<RequestTarget> const target = parse_request_target(request.target);
  if (!target) return refuse(400, "The target cannot be read.");
  std::expected<Route, unsigned> route = find_route(*target);
  if (!route)
    return refuse(route.error(), route.error() == 404 ? "There is no such thing here."
                                                      : "The query cannot be read.");
  if (auto const* const socket = std::get_if<TileSocketUpgrade>(&*route))
    return admit_socket(request, origins, *socket);
  return std::move(*route);
}

}  // namespace sightline::server
