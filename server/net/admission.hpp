#pragma once
#include <variant>

#include "net/http_message.hpp"
#include "net/origin_policy.hpp"
#include "net/router.hpp"

namespace sightline::server {

/// Everything that is decided about a request before anything is looked up: a route to answer, or
/// the refusal itself.
struct Refusal {
  Response response;
  bool must_close =
      false;  ///< what follows on the connection cannot be told apart from the refused body
};
using Admission = std::variant<Route, Refusal>;

/// In this order: body 413, method 405, host 421, target 400, route 404 or 400; for the socket also
/// the upgrade 426 and the origin 403. POST: host 421, target 400, route 404 or 405, origin 403, no
/// body 411 (sign-out: a body 413), expectation 417. OPTIONS: body 413, host 421, target 400, route
/// 404.
Admission admit(Request const& request, OriginPolicy const& origins);

}  // namespace sightline::server
