#include <algorithm>
#include <span>
#include <string>

#include "base/sha256.hpp"
#include "net/entity_tag.hpp"
#include "net/problem.hpp"
#include "net/ranged_response.hpp"
#include "net/responder.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {

Response respond_tiles(Services const& services, Request const& request, TileStream const& route) {
  Result<FrameStream> const stream = services.tiles.find(route.sha256_hex, route.frame_index0);
  if (!stream) return problem_of(stream.error());
  std::uint64_t const length = stream->length_bytes;
  // The original's hash names the values; encoding and length tell one pyramid of them from a
  // rebuilt one.
  std::string etag =
      '"' + route.sha256_hex.substr(0, 32) + "." + std::to_string(route.frame_index0 + 1) + "." +
      std::to_string(static_cast<unsigned>(stream->encoding)) + "." + std::to_string(length) + '"';
  return ranged_response(
      request, {std::move(etag), "application/octet-stream", CachePolicy::immutable_private, length,
                [&tiles = services.tiles, route](std::uint64_t offset, std::uint32_t count) {
                  auto const begin = static_cast<std::uint32_t>(offset);
                  return tiles.read_range(route.sha256_hex, route.frame_index0, begin,
                                          begin + count);
                }});
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
  return revalidated(request, std::move(etag),
                     text_response(request, "application/json", std::move(text)));
}

}  // namespace sightline::server
