#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// What one proxy says of the request that came to it.
struct ForwardedHop {
  std::string address;    ///< `for`, in its normal form; empty: not told, or told to be hidden
  bool is_https = false;  ///< `proto`
};

/// Reads the value of `Forwarded`, the first hop first; several headers are joined with commas. At
/// most 64 hops. Errors: invalid_argument: not of the grammar, a parameter twice in one hop, a
/// `for` that is neither an address nor hidden, a `proto` that is neither http nor https. Threads:
/// any. Source: RFC 7239 4 to 6.
Result<std::vector<ForwardedHop>> parse_forwarded(std::string_view value);

}  // namespace sightline::server
