#include <algorithm>
#include <span>
#include <string>

#include "base/sha256.hpp"
#include "net/byte_range.hpp"
#include "net/entity_tag.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {
namespace {

/// Up to here a range is read at once; a longer one is read block by block while it is sent.
constexpr std::uint64_t kReadAtOnce = 1 << 20;

Result<Body> make_body(Services const& services, TileStream const& route, ByteRange range,
                       bool is_head) {
  std::uint64_t const length = range.last - range.first;
  auto read = [&tiles = services.tiles, route, first = range.first](std::uint64_t offset,
                                                                    std::uint32_t count) {
    auto const begin = static_cast<std::uint32_t>(first + offset);
    return tiles.read_range(route.sha256_hex, route.frame_index0, begin, begin + count);
  };
  if (is_head || length > kReadAtOnce) return Body(length, std::move(read));
  Result<std::vector<std::byte>> bytes = read(0, static_cast<std::uint32_t>(length));
  if (!bytes) return std::unexpected(bytes.error());
  return Body(std::move(*bytes));
}

}  // namespace

Response respond_tiles(Services const& services, Request const& request, TileStream const& route) {
  Result<FrameStream> const stream = services.tiles.find(route.sha256_hex, route.frame_index0);
  if (!stream) return problem_of(stream.error());
  std::uint64_t const length = stream->length_bytes;
  // The original's hash names the values; encoding and length tell one pyramid of them from a
  // rebuilt one.
  std::string const etag =
      '"' + route.sha256_hex.substr(0, 32) + "." + std::to_string(route.frame_index0 + 1) + "." +
      std::to_string(static_cast<unsigned>(stream->encoding)) + "." + std::to_string(length) + '"';
  if (client_has(request, etag)) return not_modified(etag, CachePolicy::immutable_private);

  // RFC 9110 13.1.5: a range of anything but what If-Range names is the whole.
  bool const has_range =
      honours_range(request, etag) && request.count("range") == 1 && request.method == Method::get;
  RangeChoice const choice =
      choose_range(has_range ? request.header("range") : std::string_view{}, length);
  if (std::holds_alternative<UnsatisfiableRange>(choice)) {
    Response response = problem(416, "One range within the stream is answered.");
    response.headers.push_back({"Content-Range", "bytes */" + std::to_string(length)});
    return response;
  }
  ByteRange const* const part = std::get_if<ByteRange>(&choice);
  ByteRange const range = part != nullptr ? *part : ByteRange{0, length};
  Result<Body> body = make_body(services, route, range, request.method == Method::head);
  if (!body) return problem_of(body.error());

  Response response;
  response.status = part != nullptr ? 206 : 200;
  response.content_type = "application/octet-stream";
  response.cache = CachePolicy::immutable_private;
  response.headers.push_back({"ETag", etag});
  response.headers.push_back({"Accept-Ranges", "bytes"});
  if (part != nullptr) {
    response.headers.push_back({"Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                     std::to_string(range.last - 1) + "/" +
                                                     std::to_string(length)});
  }
  response.body = std::move(*body);
  return response;
}

Response respond_stream_table(Services const& services, Request const& request,
                              StreamTable const& route) {
  auto const found = services.index.locate(route.sha256_hex);
  if (!found) return problem_of(found.error());
  if (found->pending) return problem_of(Error{Errc::pending, 0, "the tiles are being prepared"});
  std::uint64_t const first = std::uint64_t{route.part_index0} * wire::kStreamsPerPart;
  if (first >= found->streams.size()) return problem(404, "There is no such part.");
  std::span const streams(found->streams);
  auto const count = std::min<std::uint64_t>(wire::kStreamsPerPart, streams.size() - first);
  std::string text = wire::encode_streams_part(
      streams.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
  // Weak: the bytes differ by content coding. The text itself: pyramids can be built anew.
  std::string etag =
      "W/\"" + to_hex(sha256(std::as_bytes(std::span(text.data(), text.size())))).substr(0, 32) +
      "\"";
  if (matches_etag(request.header("if-none-match"), etag))
    return not_modified(std::move(etag), CachePolicy::revalidate);
  Response response = text_response(request, "application/json", std::move(text));
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

}  // namespace sightline::server
