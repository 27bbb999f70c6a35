#include <algorithm>
#include <string>

#include "blob/blob_store.hpp"
#include "dicom/layer_object.hpp"
#include "dicom/overlay_plane.hpp"
#include "dicom/presentation_state.hpp"
#include "net/entity_tag.hpp"
#include "net/instance_profile.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"
#include "wire/presentation.hpp"

namespace sightline::server {
namespace {

std::string as_text(std::vector<std::byte> const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// What the index has of this object is asked first: most requests that mean nothing open no file.
bool has_overlay(dicom::Instance const& instance, OverlayFrame const& route) {
  auto const plane = std::ranges::find(instance.overlays, route.group, &dicom::OverlayPlane::group);
  return plane != instance.overlays.end() && route.frame_index0 < plane->number_of_frames;
}

}  // namespace

Response respond_overlay(Services const& services, Request const& request,
                         OverlayFrame const& route) {
  auto const found = services.index.locate(route.sha256_hex);
  if (!found) return problem_of(found.error());
  if (!has_overlay(found->instance, route)) return problem(404, "There is no such overlay.");
  // Weak: the bytes differ by content coding.
  std::string etag = "W/\"" + route.sha256_hex.substr(0, 32) + "." + std::to_string(route.group) +
                     "." + std::to_string(route.frame_index0 + 1) + "\"";
  if (client_has(request, etag))
    return not_modified(std::move(etag), CachePolicy::immutable_private);
  auto const reader = services.blobs.open(route.sha256_hex);
  if (!reader) return problem_of(reader.error());
  RangedBytes ranges = (*reader)->ranges();
  auto const bits = dicom::overlay_bits(ranges, route.group, route.frame_index0);
  if (!bits) return problem(404, "This overlay cannot be read.", bits.error().code);
  Response response = text_response(request, "application/octet-stream", as_text(*bits));
  response.cache = CachePolicy::immutable_private;
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

Response respond_profile(Services const& services, Request const& request,
                         ProfileOfInstance const& route) {
  auto const found = services.index.locate(route.sha256_hex);
  if (!found) return problem_of(found.error());
  std::string etag = "W/\"" + route.sha256_hex.substr(0, 32) + ".icc\"";
  if (client_has(request, etag))
    return not_modified(std::move(etag), CachePolicy::immutable_private);
  auto const reader = services.blobs.open(route.sha256_hex);
  if (!reader) return problem_of(reader.error());
  auto const profile = profile_in(**reader);
  if (!profile && profile.error().code == Errc::io) return problem_of(profile.error());
  bool const has_none = !profile && profile.error().code == Errc::not_found;
  if (!profile && !has_none)
    return problem(404, "This colour profile cannot be used.", profile.error().code);
  Response response;
  if (has_none)
    response.status = 204;
  else
    response = text_response(request, "application/vnd.iccprofile", as_text(*profile));
  response.cache = CachePolicy::immutable_private;
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

Response respond_presentation(Services const& services, Request const& request,
                              PresentationDocument const& route) {
  auto const found = services.index.locate(route.sha256_hex);
  if (!found) return problem_of(found.error());
  if (!dicom::is_presentation_state(found->instance.sop_class_uid))
    return problem(404, "This object is no presentation state that can be read.");
  // With the version of the format: a later one may say more of the same object.
  std::string etag = "W/\"" + route.sha256_hex.substr(0, 32) + ".p2\"";
  if (client_has(request, etag)) return not_modified(std::move(etag), CachePolicy::revalidate);
  auto const reader = services.blobs.open(route.sha256_hex);
  if (!reader) return problem_of(reader.error());
  if ((*reader)->size_bytes() > dicom::kMaxPresentationBytes)
    return problem(404, "This presentation state is too large.", Errc::limit_exceeded);
  auto const file = (*reader)->read_all();
  if (!file) return problem_of(file.error());
  auto const state = dicom::read_presentation_state(*file);
  // It came so: a broken or overlarge object is no fault of the server's.
  if (!state) return problem(404, "This presentation state cannot be read.", state.error().code);
  Response response = text_response(request, "application/json", wire::encode_presentation(*state));
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

Response respond_layer(Services const& services, Request const& request,
                       LayerDocument const& route) {
  auto const found = services.index.locate(route.sha256_hex);
  if (!found) return problem_of(found.error());
  if (!dicom::is_layer_object(found->instance.sop_class_uid))
    return problem(404, "This object does not lie over images.");
  // With the version of the format: a later one may say more of the same object.
  std::string etag = "W/\"" + route.sha256_hex.substr(0, 32) + ".l1\"";
  if (client_has(request, etag)) return not_modified(std::move(etag), CachePolicy::revalidate);
  auto const reader = services.blobs.open(route.sha256_hex);
  if (!reader) return problem_of(reader.error());
  if ((*reader)->size_bytes() > dicom::kMaxLayerObjectBytes)
    return problem(404, "This object is too large.", Errc::limit_exceeded);
  auto const file = (*reader)->read_all();
  if (!file) return problem_of(file.error());
  auto json = dicom::layer_object_json(*file);
  // It came so: a broken or overlarge object is no fault of the server's.
  if (!json) return problem(404, "This object cannot be read.", json.error().code);
  Response response = text_response(request, "application/json", std::move(*json));
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

}  // namespace sightline::server
