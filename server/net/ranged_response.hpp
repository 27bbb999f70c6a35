#pragma once
#include <string>

#include "net/http_message.hpp"

namespace sightline::server {

/// What a GET of something that is had by range answers with. Source: RFC 9110 13.1.5, 14.
struct RangedContent {
  std::string etag;  ///< strong
  std::string content_type;
  CachePolicy cache = CachePolicy::immutable_private;
  std::uint64_t length_bytes = 0;
  Body::Reader read;  ///< of the whole
};

/// 200, 206, 304 or 416. Short answers are read at once, long ones block by block while they are
/// sent. Errors of `read` become problems.
Response ranged_response(Request const& request, RangedContent content);

}  // namespace sightline::server
