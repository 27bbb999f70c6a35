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

}  // namespace sightline::server
