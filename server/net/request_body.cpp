#include "net/request_body.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

namespace sightline::server {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kBlockBytes = 64 * 1024;
/// Of a chunk's head, or of all trailers.
constexpr std::size_t kMaxFramingBytes = 8 * 1024;

unsigned status_of(boost::system::error_code const& error) {
  return error == http::error::body_limit ? 413 : 400;
}

}  // namespace

struct RequestBody::Parser {
  http::request_parser<http::buffer_body> http;
};

RequestBody::RequestBody(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}
RequestBody::RequestBody(RequestBody&&) noexcept = default;
RequestBody& RequestBody::operator=(RequestBody&&) noexcept = default;
RequestBody::~RequestBody() = default;

std::expected<RequestBody, unsigned> RequestBody::create(std::string_view head,
                                                         std::uint64_t max_body_bytes) {
  auto parser = std::make_unique<Parser>();
  parser->http.header_limit(static_cast<std::uint32_t>(head.size() + kMaxFramingBytes));
  parser->http.body_limit(max_body_bytes);
  boost::system::error_code error;
  parser->http.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error && error != http::error::need_buffer) return std::unexpected(status_of(error));
  if (!parser->http.is_header_done()) return std::unexpected(400u);
  return RequestBody(std::move(parser));
}

std::expected<std::size_t, unsigned> RequestBody::take(std::string_view input,
                                                       std::vector<std::byte>& payload) {
  http::request_parser<http::buffer_body>& parser = parser_->http;
  std::size_t used = 0;
  std::array<char, kBlockBytes> block;
  while (used < input.size() && !parser.is_done()) {
    auto& body = parser.get().body();
    body.data = block.data();
    body.size = block.size();
    body.more = true;
    boost::system::error_code error;
    std::string_view const rest = input.substr(used);
    std::size_t const count = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    std::size_t const got = block.size() - body.size;
    auto const* const bytes = reinterpret_cast<std::byte const*>(block.data());
    payload.insert(payload.end(), bytes, bytes + got);
    used += count;
    if (error && error != http::error::need_buffer && error != http::error::need_more)
      return std::unexpected(status_of(error));
    if (count > 0) continue;
    if (rest.size() > kMaxFramingBytes) return std::unexpected(400u);
    break;
  }
  return used;
}

bool RequestBody::is_done() const { return parser_->http.is_done(); }

}  // namespace sightline::server
