#include "net/problem.hpp"
#include "net/ranged_response.hpp"
#include "net/responder.hpp"
#include "net/video_source.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kHeadBytes = 1024;

}  // namespace

Response respond_video_stream(Services const& services, Request const& request,
                              VideoStream const& route) {
  // What the index has of this object is asked first: most requests that mean nothing open no file.
  auto const found = services.index.locate(route.sha256_hex);
  if (!found) return problem_of(found.error());
  if (!is_video(found->instance)) return problem(404, "There is no video in this object.");
  auto stream = open_video(services, route.sha256_hex);
  if (!stream) return problem_of(stream.error());
  auto const head = stream->read(
      0, static_cast<std::uint32_t>(std::min<std::uint64_t>(kHeadBytes, stream->length_bytes)));
  if (!head) return problem_of(head.error());
  return ranged_response(
      request, {'"' + route.sha256_hex.substr(0, 32) + ".v1\"", std::string(video_type(*head)),
                CachePolicy::immutable_private, stream->length_bytes, std::move(stream->read)});
}

}  // namespace sightline::server
