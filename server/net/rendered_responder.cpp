#include <algorithm>
#include <array>
#include <expected>
#include <optional>
#include <tuple>
#include <utility>

#include "dicomweb/accept.hpp"
#include "net/entity_tag.hpp"
#include "net/problem.hpp"
#include "net/rendered_cine.hpp"
#include "net/rendered_colors.hpp"
#include "net/rendered_subject.hpp"
#include "net/responder.hpp"
#include "page/jpeg_writer.hpp"
#include "page/png_writer.hpp"

namespace sightline::server {
namespace {

constexpr int kPngLevel = 6, kJpegQuality = 90;

/// The media types of pictures, the default first: JPEG by the standard; a thumbnail is ours to
/// choose. Source: PS3.18 8.7.4, Table 8.7.4-1.
enum class Coding : std::uint8_t { jpeg, png, gif, mp4 };
std::string_view media_type_of(Coding coding) {
  switch (coding) {
    case Coding::jpeg: return "image/jpeg";
    case Coding::png: return "image/png";
    case Coding::gif: return "image/gif";
    case Coding::mp4: break;
  }
  return "video/mp4";
}
/// Whether a video is asked for, and there is a codec: only then is its trial waited for.
bool makes_video(Services const& services, Request const& request, Rendered const& route) {
  auto const names_it = [](std::string_view accept) {
    constexpr std::string_view kVideo = "video";
    return !std::ranges::search(accept, kVideo, [](char a, char b) {
              return (a | 0x20) == b;
            }).empty();
  };
  bool const is_asked_for =
      names_it(request.header("accept")) || std::ranges::any_of(route.accept, names_it);
  return is_asked_for && services.video != nullptr && services.video->works();
}
std::expected<Coding, Response> choose_coding(Services const& services, Request const& request,
                                              Rendered const& route) {
  std::vector<Coding> codings{Coding::jpeg, Coding::png};
  if (route.is_thumbnail) std::swap(codings[0], codings[1]);
  std::vector<Representation> forms;
  for (Coding const coding : codings) {
    std::string type(media_type_of(coding));
    forms.push_back({std::move(type), "", "", false});
    if (route.has_many())
      forms.back().part_type = std::exchange(forms.back().media_type, "multipart/related");
  }
  if (!route.is_thumbnail && !route.sop_instance_uid.empty()) {
    for (Coding const coding : {Coding::gif, Coding::mp4}) {
      if (coding == Coding::mp4 && !makes_video(services, request, route)) continue;
      codings.push_back(coding);
      forms.push_back({std::string(media_type_of(coding)), "", "", false});
    }
  }
  auto const chosen = choose_representation({request.header("accept"), route.accept}, forms);
  if (!chosen) return std::unexpected(problem(400, "The Accept header cannot be read."));
  if (!*chosen)
    return std::unexpected(problem(406,
                                   "Pictures are image/jpeg or image/png, several "
                                   "multipart/related of these, an instance's also image/gif "
                                   "and, where this server has a codec, video/mp4."));
  return codings[**chosen];
}

/// Adds everything that a picture of the route depends on but the object.
void add_looks(EntityTag& tag, Rendered const& route, Coding coding) {
  auto const number = [&tag](double value) {
    tag.add({reinterpret_cast<char const*>(&value), sizeof(value)});
  };
  tag.add(media_type_of(coding)).add(std::to_string(route.query.quality.value_or(kJpegQuality)));
  tag.add(route.is_thumbnail).add(route.frame_numbers.size());
  for (std::uint32_t const frame : route.frame_numbers) tag.add(frame);
  auto const& [window, viewport, region] =
      std::tie(route.query.window, route.query.viewport, route.query.region);
  tag.add(window.has_value()).add(viewport.has_value()).add(region.has_value());
  if (window) {
    number(window->center);
    number(window->width);
    tag.add(static_cast<unsigned>(window->function));
  }
  if (viewport) tag.add(viewport->width_px).add(viewport->height_px);
  if (region) {
    for (double const side : {region->left, region->top, region->width, region->height})
      number(side);
    tag.add(region->is_mirrored_horizontally).add(region->is_mirrored_vertically);
    tag.add(region->is_relative);
  }
  tag.add(static_cast<unsigned>(route.query.icc_profile));
  tag.add(route.query.annotation.patient).add(route.query.annotation.technique);
}

EntityTag begin_tag(Services const& services) {
  EntityTag tag;
  tag.add(services.version).add("picture");
  return tag;
}
void add_subject(EntityTag& tag, Subject const& subject) {
  tag.add(subject.sha256_hex).add(subject.frame_index0).add(subject.state_sha256_hex);
}

/// Before anything is drawn.
Response unchanged(std::string etag) {
  Response response = not_modified(std::move(etag), CachePolicy::revalidate);
  response.headers.push_back({"Vary", "Accept"});
  return response;
}

/// One picture as JPEG or PNG.
Result<std::vector<std::byte>> draw(Services const& services, Subject const& subject,
                                    Rendered const& route, Coding coding) {
  Result<StreamLocation> const location = services.index.locate(subject.sha256_hex);
  if (!location) return std::unexpected(location.error());
  Result<Picture> const picture = draw_picture(services, subject, *location, route);
  if (!picture) return std::unexpected(picture.error());
  return coding == Coding::png ? encode_png(*picture, kPngLevel)
                               : encode_jpeg(*picture, route.query.quality.value_or(kJpegQuality));
}

/// Source: PS3.18 10.4.1.1.3; 413 as Table 10.4.3-1 has it for what is too large to be rendered.
Response respond_many(Services const& services, Request const& request, Rendered const& route,
                      Coding coding) {
  auto set = find_set(services, route, service_uri(request));
  if (!set) return problem_of(set.error());
  if (set->members.size() > kMostPictures) return too_many_pictures();
  EntityTag tag = begin_tag(services);
  add_looks(tag, route, coding);
  tag.add(set->members.size());
  for (Member const& member : set->members) {
    add_subject(tag, member.subject);
    tag.add(member.location);
  }
  std::string etag = tag.weak();
  if (!set->is_partial && client_has(request, etag)) return unchanged(std::move(etag));
  std::vector<Part> parts;
  std::uint64_t bytes = 0;
  std::optional<Error> failure;
  for (Member& member : set->members) {
    auto picture = draw(services, member.subject, route, coding);
    bool const is_asked_for = !picture && (!route.sop_instance_uid.empty() ||
                                           picture.error().code == Errc::invalid_argument);
    if (is_asked_for) return picture_problem(picture.error());
    if (!picture) {  // one that is broken does not take the others with it
      failure = picture.error();
      continue;
    }
    bytes += picture->size();
    if (bytes > kMostPictureBytes) return too_large_pictures();
    auto type = part_media_type(media_type_of(coding), {});
    if (!type) return problem(500);
    parts.push_back({std::move(*type), std::move(member.location), PartBody(std::move(*picture))});
  }
  if (parts.empty()) return picture_problem(*failure);
  Response response = multipart_response(std::string(media_type_of(coding)), std::move(parts),
                                         set->is_partial || failure ? 206 : 200, etag);
  return revalidated(request, std::move(etag), std::move(response));
}

/// The one picture, or the film, of the route.
Response respond_one(Services const& services, Rendered const& route, Subject const& subject,
                     Coding coding) {
  bool const is_film = coding == Coding::gif || coding == Coding::mp4;
  if (is_film && wants_profile(route.query.icc_profile))
    return problem(406, "Animations and videos hold no colour profile.");
  if (coding == Coding::gif) return respond_animation(services, route);
  if (coding == Coding::mp4) return respond_video(services, route);
  auto picture = draw(services, subject, route, coding);
  if (!picture) return picture_problem(picture.error());
  Response response;
  response.content_type = media_type_of(coding);
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(std::move(*picture));
  return response;
}

}  // namespace

Response respond_rendered(Services const& services, Request const& request, Rendered const& route) {
  auto coding = choose_coding(services, request, route);
  if (!coding) return std::move(coding.error());
  if (route.has_many() && *coding != Coding::gif && *coding != Coding::mp4)
    return respond_many(services, request, route, *coding);
  Result<Subject> const subject = find_subject(services, route);
  if (!subject) return picture_problem(subject.error());
  EntityTag tag = begin_tag(services);
  add_looks(tag, route, *coding);
  add_subject(tag, *subject);
  // Weak: what encodes it may be replaced, and the fonts that it is written in.
  std::string etag = tag.weak();
  if (client_has(request, etag)) return unchanged(std::move(etag));
  return revalidated(request, std::move(etag), respond_one(services, route, *subject, *coding));
}

}  // namespace sightline::server
