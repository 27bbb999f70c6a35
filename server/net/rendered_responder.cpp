#include <algorithm>
#include <array>
#include <expected>
#include <optional>
#include <utility>

#include "dicomweb/accept.hpp"
#include "net/problem.hpp"
#include "net/rendered_cine.hpp"
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

/// Names the picture by everything that it depends on.
std::string make_etag(Subject const& subject, Rendered const& route, Coding coding) {
  std::string text =
      subject.sha256_hex.substr(0, 32) + "." + std::to_string(subject.frame_index0 + 1);
  if (subject.state) text += "." + subject.state_sha256_hex.substr(0, 32);
  if (route.is_thumbnail) text += ".thumbnail";
  if (auto const& window = route.query.window) {
    text += "." + std::to_string(window->center) + "," + std::to_string(window->width) + "," +
            std::to_string(static_cast<unsigned>(window->function));
  }
  if (auto const& viewport = route.query.viewport) {
    text += "." + std::to_string(viewport->width_px) + "x" + std::to_string(viewport->height_px);
  }
  if (auto const& region = route.query.region) {
    for (double const number : {region->left, region->top, region->width, region->height})
      text += "," + std::to_string(number);
    text += region->is_mirrored_horizontally ? "h" : "";
    text += region->is_mirrored_vertically ? "v" : "";
    text += region->is_relative ? "r" : "";
  }
  text += route.query.annotation.patient ? ".patient" : "";
  text += route.query.annotation.technique ? ".technique" : "";
  if (coding == Coding::jpeg)
    text += ".jpeg" + std::to_string(route.query.quality.value_or(kJpegQuality));
  return "W/\"" + text + "\"";
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
  return multipart_response(std::string(media_type_of(coding)), std::move(parts),
                            set->is_partial || failure ? 206 : 200);
}

}  // namespace

Response respond_rendered(Services const& services, Request const& request, Rendered const& route) {
  auto coding = choose_coding(services, request, route);
  if (!coding) return std::move(coding.error());
  if (*coding == Coding::gif) return respond_animation(services, route);
  if (*coding == Coding::mp4) return respond_video(services, route);
  if (route.has_many()) return respond_many(services, request, route, *coding);
  Result<Subject> const subject = find_subject(services, route);
  if (!subject) return picture_problem(subject.error());
  std::string etag = make_etag(*subject, route, *coding);
  if (matches_etag(request.header("if-none-match"), etag))
    return not_modified(std::move(etag), CachePolicy::revalidate);
  Result<std::vector<std::byte>> picture = draw(services, *subject, route, *coding);
  if (!picture) return picture_problem(picture.error());
  Response response;
  response.content_type = media_type_of(*coding);
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(etag)});
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(std::move(*picture));
  return response;
}

}  // namespace sightline::server
