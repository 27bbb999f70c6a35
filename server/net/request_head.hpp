#pragma once
#include <cstddef>
#include <expected>
#include <string_view>
#include <variant>

#include "net/http_message.hpp"
#include "net/server.hpp"

namespace sightline::server {

/// What the bytes read so far are: a whole head of this length, not yet one, or nothing that can
/// become one.
struct HeadComplete {
  std::size_t length = 0;  ///< with the blank line
};
struct HeadNeedsMore {};
struct HeadRefused {
  unsigned status = 400;
};
using HeadScan = std::variant<HeadNeedsMore, HeadComplete, HeadRefused>;

/// Looks for the end of a request's head. Refuses as soon as it can: a line feed without carriage
/// return, NUL, a request line longer than limits.max_target_bytes allows (414), more than
/// max_header_bytes (431). Leading empty lines belong to no request: skip_empty_lines first.
/// Source: RFC 9112 2.2, 3.
HeadScan scan_request_head(std::string_view bytes, NetLimits const& limits);

/// Bytes to drop before a request line: CRLFs that a client sent too many (at most two).
std::size_t skip_empty_lines(std::string_view bytes);

/// Parses a complete head by Beast's parser, then by our rules: HTTP/1.0 or 1.1, one Host (needed
/// in 1.1), no folded lines, one Content-Length of digits, or "chunked" alone (other transfer
/// codings: 501). Error: the status to answer with. Source: RFC 9112 6.3, 11.2.
std::expected<Request, unsigned> parse_request_head(std::string_view head, NetLimits const& limits);

}  // namespace sightline::server
