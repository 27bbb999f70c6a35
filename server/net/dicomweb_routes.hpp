#pragma once
#include "net/router.hpp"

namespace sightline::server {

/// The routes below /dicom-web. Error: as find_route. Source: PS3.18 10.4 (Table 10.4.1-1 and the
/// following), 10.6 (Table 10.6.1-2).
std::expected<Route, unsigned> find_dicomweb_route(RequestTarget const& target);
/// A 1-based frame number that can be one.
std::optional<std::uint32_t> parse_frame_number(std::string_view text);
/// Where objects can be posted to, if this is such a target. Source: PS3.18 10.5 (Table 10.5.1-1).
std::optional<StowStore> find_stow_route(RequestTarget const& target);

}  // namespace sightline::server
