#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sightline::server {

/// Takes a request's body out of what the connection brings: by Content-Length, or in chunks, whose
/// extensions and trailers are passed over. Memory: none but the caller's. Threads: one object, one
/// thread at a time. Source: RFC 9112 6, 7.
class RequestBody {
 public:
  /// `head`: as parse_request_head has accepted it, with a body. Error: the status to answer with
  /// (413: a Content-Length over max_body_bytes).
  static std::expected<RequestBody, unsigned> create(std::string_view head,
                                                     std::uint64_t max_body_bytes);
  RequestBody(RequestBody&&) noexcept;
  RequestBody& operator=(RequestBody&&) noexcept;
  ~RequestBody();

  /// Reads from `input` and appends what is payload to `payload`. The number of bytes used: when it
  /// is less than there were, the rest is needed again with what follows it, or belongs to the next
  /// request. Errors: 400 (framing), 413.
  std::expected<std::size_t, unsigned> take(std::string_view input,
                                            std::vector<std::byte>& payload);
  bool is_done() const;

 private:
  struct Parser;
  explicit RequestBody(std::unique_ptr<Parser> parser);
  std::unique_ptr<Parser> parser_;
};

}  // namespace sightline::server
