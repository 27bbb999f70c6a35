#include "net/request_head.hpp"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <optional>

namespace sightline::server {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kLongestMethodAndVersion = 32;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

unsigned status_of(boost::system::error_code const& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::bad_version) return 505;
  if (error == http::error::body_limit) return 413;
  return 400;
}

/// The status when the body's end is not told in one way: who disagrees with another reader about a
/// body's end lets a second request hide in it.
std::optional<unsigned> framing_error(Request const& request, unsigned version) {
  std::size_t const encodings = request.count("transfer-encoding");
  std::string_view const length = request.header("content-length");
  if (encodings == 0) {
    bool const is_number = std::ranges::all_of(length, [](char c) { return c >= '0' && c <= '9'; });
    bool const is_there = request.count("content-length") == 1;
    return is_there && (length.empty() || !is_number) ? std::optional(400u) : std::nullopt;
  }
  if (encodings > 1 || request.count("content-length") > 0 || version == 10) return 400;
  return lower(request.header("transfer-encoding")) == "chunked" ? std::nullopt
                                                                 : std::optional(501u);
}

}  // namespace

HeadScan scan_request_head(std::string_view bytes, NetLimits const& limits) {
  std::size_t const scanned = std::min(bytes.size(), limits.max_header_bytes);
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < scanned; ++i) {
    char const c = bytes[i];
    if (c == '\0') return HeadRefused{400};
    // A lone CR or LF ends a line for some parsers and not for others: the seed of request
    // smuggling.
    if (c == '\n' && (i == 0 || bytes[i - 1] != '\r')) return HeadRefused{400};
    if (i > 0 && bytes[i - 1] == '\r' && c != '\n') return HeadRefused{400};
    if (line_start == 0 && i > limits.max_target_bytes + kLongestMethodAndVersion)
      return HeadRefused{414};
    if (c != '\n') continue;
    if (i - line_start == 1)
      return line_start == 0 ? HeadScan{HeadRefused{400}} : HeadScan{HeadComplete{i + 1}};
    line_start = i + 1;
    if (line_start < bytes.size() && (bytes[line_start] == ' ' || bytes[line_start] == '\t'))
      return HeadRefused{400};
  }
  if (bytes.size() >= limits.max_header_bytes) return HeadRefused{431};
  return HeadNeedsMore{};
}

std::size_t skip_empty_lines(std::string_view bytes) {
  std::size_t skipped = 0;
  while (skipped < 4 && bytes.substr(skipped).starts_with("\r\n")) skipped += 2;
  return skipped;
}

std::expected<Request, unsigned> parse_request_head(std::string_view head,
                                                    NetLimits const& limits) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
  parser.body_limit(boost::none);  // never read; has_body says that there is one
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error && error != http::error::unexpected_body) return std::unexpected(status_of(error));
  if (!parser.is_header_done()) return std::unexpected(400u);

  auto const& message = parser.get();
  if (message.version() != 10 && message.version() != 11) return std::unexpected(505u);
  Request request;
  request.method = message.method() == http::verb::get       ? Method::get
                   : message.method() == http::verb::head    ? Method::head
                   : message.method() == http::verb::post    ? Method::post
                   : message.method() == http::verb::options ? Method::options
                                                             : Method::other;
  request.target = std::string(message.target());
  if (request.target.size() > limits.max_target_bytes) return std::unexpected(414u);
  request.keep_alive = message.keep_alive();
  for (auto const& field : message)
    request.headers.push_back({lower(field.name_string()), std::string(field.value())});
  if (request.count("host") > 1 || (message.version() == 11 && request.count("host") == 0))
    return std::unexpected(400u);
  if (request.count("content-length") > 1) return std::unexpected(400u);
  if (auto const status = framing_error(request, message.version()))
    return std::unexpected(*status);
  bool const empty_body =
      request.count("content-length") == 0 || request.header("content-length") == "0";
  request.has_body = !empty_body || request.count("transfer-encoding") > 0;
  return request;
}

}  // namespace sightline::server
