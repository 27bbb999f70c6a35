#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// A request's target, split and decoded: "/a/b%20c?x=1" -> segments {"a", "b c"}, query {{"x",
/// "1"}}.
struct RequestTarget {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;

  /// The value of a query key; nullptr when it is not there.
  std::string const* find(std::string_view key) const;
};

/// Decodes an origin-form target. Every segment is decoded after the split, so "%2F" never makes a
/// new one. Refused: other forms, broken percent-encoding, control characters (NUL too), "." and
/// ".." however they are written, empty segments inside, a query key twice
/// (but for those that PS3.18 lets repeat: includefield, accept), more than 32 keys or
/// segments. Errors: invalid_argument. Source: RFC 3986 2.1, 3.3;
/// "+" is a space in the query, as URLSearchParams writes it.
Result<RequestTarget> parse_request_target(std::string_view target);

}  // namespace sightline::server
