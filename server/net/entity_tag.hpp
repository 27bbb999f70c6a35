#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/sha256.hpp"
#include "net/http_message.hpp"

namespace sightline::server {

/// The entity tag of an answer, made of all that its bytes depend on: hashes of stored objects, the
/// form that was chosen, the query. It says nothing of them. Threads: one object, one thread.
/// Source: RFC 9110 8.8.3.
class EntityTag {
 public:
  EntityTag& add(std::string_view part);
  EntityTag& add(std::uint64_t number) { return add(std::to_string(number)); }

  /// `"…"`: the same bytes, always. Call once, this or weak().
  std::string strong();
  /// `W/"…"`: the same picture, perhaps of another version of a library that encodes it.
  std::string weak() { return "W/" + strong(); }

 private:
  Sha256 digest_;
};

/// Whether the request's If-None-Match names this entity tag, or is `*`: weak comparison, a list,
/// in one line or in several. What cannot be read names nothing. Source: RFC 9110 8.8.3.2, 13.1.2.
bool client_has(Request const& request, std::string_view etag);

/// Whether a Range is to be honoured: there is no If-Range, or it names this strong entity tag.
/// Source: RFC 9110 13.1.5.
bool honours_range(Request const& request, std::string_view etag);

/// A 200 that its client may keep and has to ask for again each time: with the tag; or the 304
/// instead of it, when the client has it. Any other answer as it is.
Response revalidated(Request const& request, std::string etag, Response response);

/// 304 with the tag and the caching rule that the 200 would have had.
Response not_modified(std::string etag, CachePolicy cache);

}  // namespace sightline::server
