#include "net/ranged_response.hpp"

#include <utility>

#include "net/byte_range.hpp"
#include "net/entity_tag.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"

namespace sightline::server {
namespace {

/// Up to here a range is read at once; a longer one is read block by block while it is sent.
constexpr std::uint64_t kReadAtOnce = 1 << 20;

Result<Body> make_body(Body::Reader read, ByteRange range, bool is_head) {
  std::uint64_t const length = range.last - range.first;
  auto const part = [read = std::move(read), first = range.first](std::uint64_t offset,
                                                                  std::uint32_t count) {
    return read(first + offset, count);
  };
  if (is_head || length > kReadAtOnce) return Body(length, part);
  Result<std::vector<std::byte>> bytes = part(0, static_cast<std::uint32_t>(length));
  if (!bytes) return std::unexpected(bytes.error());
  return Body(std::move(*bytes));
}

}  // namespace

Response ranged_response(Request const& request, RangedContent content) {
  std::uint64_t const length = content.length_bytes;
  if (client_has(request, content.etag)) return not_modified(content.etag, content.cache);
  // RFC 9110 13.1.5: a range of anything but what If-Range names is the whole.
  bool const has_range = honours_range(request, content.etag) && request.count("range") == 1 &&
                         request.method == Method::get;
  RangeChoice const choice =
      choose_range(has_range ? request.header("range") : std::string_view{}, length);
  if (std::holds_alternative<UnsatisfiableRange>(choice)) {
    Response response = problem(416, "One range within the stream is answered.");
    response.headers.push_back({"Content-Range", "bytes */" + std::to_string(length)});
    return response;
  }
  ByteRange const* const part = std::get_if<ByteRange>(&choice);
  ByteRange const range = part != nullptr ? *part : ByteRange{0, length};
  Result<Body> body = make_body(std::move(content.read), range, request.method == Method::head);
  if (!body) return problem_of(body.error());
  Response response;
  response.status = part != nullptr ? 206 : 200;
  response.content_type = std::move(content.content_type);
  response.cache = content.cache;
  response.headers.push_back({"ETag", std::move(content.etag)});
  response.headers.push_back({"Accept-Ranges", "bytes"});
  if (part != nullptr) {
    response.headers.push_back({"Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                     std::to_string(range.last - 1) + "/" +
                                                     std::to_string(length)});
  }
  response.body = std::move(*body);
  return response;
}

}  // namespace sightline::server
