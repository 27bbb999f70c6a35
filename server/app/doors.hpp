#pragma once
#include <optional>
#include <string>

#include "app/options.hpp"

namespace sightline::server {

/// Why a server must not start with these options, with the remedy; nothing when it may. Off
/// loopback, and behind a proxy, nobody is served without TLS and without somebody to ask for.
/// `knows_somebody`: there is a user or a token.
std::optional<std::string> reason_not_to_serve(Options const& options, bool knows_somebody);

/// The same, as far as the options alone tell it: before anything is opened or made.
std::optional<std::string> reason_not_to_serve(Options const& options);

}  // namespace sightline::server
