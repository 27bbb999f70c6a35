#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

enum class Method : std::uint8_t { get, head, post, options, other };

struct Header {
  std::string name, value;
};

/// A request's head, checked for form. Targets and values are hostile text. Source: RFC 9112.
struct Request {
  Method method = Method::get;
  std::string target;  ///< as sent: path and query, percent-encoded
  bool keep_alive = true;
  bool has_body = false;        ///< Content-Length over 0, or any Transfer-Encoding
  bool is_https = false;        ///< between the client and us, or the proxy before us
  std::vector<Header> headers;  ///< names in lower case

  /// The value of the only header of this (lower-case) name; empty when there is none or several.
  std::string_view header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

/// What is sent after the head: bytes in memory (shared, not copied), or a reader for what is too
/// large to hold.
class Body {
 public:
  using Reader =
      std::function<Result<std::vector<std::byte>>(std::uint64_t offset, std::uint32_t count)>;

  Body() = default;
  explicit Body(std::string text);
  explicit Body(std::vector<std::byte> bytes);
  explicit Body(std::shared_ptr<std::string const> text);
  /// `read` is called from the pool for consecutive blocks that add up to `length_bytes`.
  Body(std::uint64_t length_bytes, Reader read);

  std::uint64_t length_bytes() const { return length_bytes_; }
  bool in_memory() const { return !read_; }
  std::span<std::byte const> bytes() const { return bytes_; }
  Result<std::vector<std::byte>> read(std::uint64_t offset, std::uint32_t count) const {
    return read_(offset, count);
  }

 private:
  std::shared_ptr<void const> owner_;
  std::span<std::byte const> bytes_;
  std::uint64_t length_bytes_ = 0;
  Reader read_;
};

enum class CachePolicy : std::uint8_t {
  no_store,           ///< patient data, errors, pages
  revalidate,         ///< kept, but asked for each time
  immutable_private,  ///< named by its content, patient data
  immutable_public,   ///< named by its content, ours
};

struct Response {
  unsigned status = 200;
  std::string content_type;
  CachePolicy cache = CachePolicy::no_store;
  std::vector<Header> headers;  ///< besides those that every answer has
  bool has_form = false;        ///< the sign-in page: its form may be sent, to us
  Body body;
};

/// "Not Found" and its like for the codes that this server sends.
std::string_view reason_phrase(unsigned status);

/// The status line and all headers, up to and with the blank line. `date` is an IMF-fixdate.
/// Every answer carries the security headers; `frame_ancestors` is the CSP source list of who may
/// embed us.
struct HeadOptions {
  bool keep_alive = true;
  std::string_view frame_ancestors = "'none'";
  std::string_view date;
  bool is_https = false;  ///< adds HSTS
};
std::string encode_response_head(Response const& response, HeadOptions const& options);

/// "Tue, 15 Nov 1994 08:12:31 GMT". Source: RFC 9110 5.6.7.
std::string http_date(std::int64_t seconds_since_1970);

}  // namespace sightline::server
