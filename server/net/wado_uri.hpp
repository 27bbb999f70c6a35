#pragma once
#include "net/router.hpp"

namespace sightline::server {

/// WADO-URI's one resource: an instance or a picture of it, all said in the query. What it means is
/// a route of WADO-RS. Error: 400 (a parameter that is missing, malformed or not supported).
/// Source: PS3.18 9.1.
std::expected<Route, unsigned> find_wado_uri_route(RequestTarget const& target);

}  // namespace sightline::server
