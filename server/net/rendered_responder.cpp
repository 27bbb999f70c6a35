#include <algorithm>
#include <array>
#include <expected>
#include <numeric>
#include <optional>
#include <utility>

#include "dicomweb/accept.hpp"
#include "dicomweb/resource_uri.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"
#include "page/first_picture.hpp"
#include "page/frame_picture.hpp"
#include "page/gif_writer.hpp"
#include "page/jpeg_writer.hpp"
#include "page/png_writer.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {
namespace {

constexpr PictureSize kThumbnailBox{128, 128};
constexpr int kPngLevel = 6, kJpegQuality = 90;
constexpr double kUsualFrameMs = 100;       ///< where the object says nothing
constexpr std::size_t kMostPictures = 512;  ///< in one answer, which is made before it begins
constexpr std::uint64_t kMostPictureBytes = 256u << 20;

/// The media types of pictures, the default first: JPEG by the standard; a thumbnail is ours to
/// choose. Source: PS3.18 8.7.4, Table 8.7.4-1.
enum class Coding : std::uint8_t { jpeg, png, gif };
std::string_view media_type_of(Coding coding) {
  switch (coding) {
    case Coding::jpeg: return "image/jpeg";
    case Coding::png: return "image/png";
    case Coding::gif: break;
  }
  return "image/gif";
}
std::expected<Coding, Response> choose_coding(Request const& request, Rendered const& route) {
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
    codings.push_back(Coding::gif);
    forms.push_back({"image/gif", "", "", false});
  }
  auto const chosen = choose_representation({request.header("accept"), route.accept}, forms);
  if (!chosen) return std::unexpected(problem(400, "The Accept header cannot be read."));
  if (!*chosen)
    return std::unexpected(problem(406,
                                   "Pictures are image/jpeg or image/png, several "
                                   "multipart/related of these, an instance's also image/gif."));
  return codings[**chosen];
}

/// Which stored frame a request means.
struct Subject {
  std::string sha256_hex;
  std::uint32_t frame_index0 = 0;
};

/// The middle picture of a series or a study: of those that can be shown, so that a thumbnail is
/// there whenever one can be made.
Result<Subject> middle_picture(Services const& services, Rendered const& route) {
  Result<StudyHandle> const study = services.tiles.open(route.study_instance_uid);
  if (!study) return std::unexpected(study.error());
  std::vector<std::uint32_t> showable;
  bool is_known = false, is_pending = false;
  for (std::uint32_t frame = 0; frame < (*study)->frames.size(); ++frame) {
    wire::ManifestInstance const& instance = (*study)->instance_of(frame);
    bool const is_meant = route.series_instance_uid.empty() ||
                          instance.instance.series.series_instance_uid == route.series_instance_uid;
    if (!is_meant) continue;
    is_known = true;
    is_pending = is_pending || instance.pending;
    if (is_showable(**study, frame)) showable.push_back(frame);
  }
  if (showable.empty())
    return fail(is_pending ? Errc::pending : is_known ? Errc::no_pixels : Errc::not_found);
  std::uint32_t const frame = showable[showable.size() / 2];
  return Subject{(*study)->instance_of(frame).sha256_hex, (*study)->frames[frame].frame_index0};
}

Result<Subject> find_subject(Services const& services, Rendered const& route) {
  if (route.sop_instance_uid.empty()) return middle_picture(services, route);
  Result<std::string> hash = services.index.find_instance(
      route.study_instance_uid, route.series_instance_uid, route.sop_instance_uid);
  if (!hash) return std::unexpected(hash.error());
  return Subject{std::move(*hash), route.frame_numbers.empty() ? 0 : route.frame_numbers[0] - 1};
}

/// Names the picture by everything that it depends on.
std::string make_etag(Subject const& subject, Rendered const& route, Coding coding) {
  std::string text =
      subject.sha256_hex.substr(0, 32) + "." + std::to_string(subject.frame_index0 + 1);
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
  if (coding == Coding::jpeg)
    text += ".jpeg" + std::to_string(route.query.quality.value_or(kJpegQuality));
  return "W/\"" + text + "\"";
}

Result<Picture> draw_picture(Services const& services, Subject const& subject,
                             StreamLocation const& location, Rendered const& route) {
  if (location.pending) return fail(Errc::pending);
  if (subject.frame_index0 >= location.streams.size()) {
    return fail(location.instance.number_of_frames == 0 ? Errc::no_pixels : Errc::not_found);
  }
  wire::StreamIndex const& stream = location.streams[subject.frame_index0];
  auto const read_levels = [&](std::uint8_t level) {
    return services.tiles.read_range(subject.sha256_hex, subject.frame_index0, 0,
                                     stream.level_ends[level]);
  };
  FrameSource const source{location.instance, subject.frame_index0, stream, read_levels};
  std::optional<PictureSize> box;
  if (route.is_thumbnail) box = kThumbnailBox;
  if (auto const& viewport = route.query.viewport)
    box = PictureSize{viewport->height_px, viewport->width_px};
  return draw_frame(source, route.query.window, box, route.query.region);
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

/// One of several pictures, and its own address.
struct Member {
  Subject subject;
  std::string location;
};
/// The pictures of a study, a series or a list of frames; of the former those that can be shown.
struct PictureSet {
  std::vector<Member> members;
  bool is_partial = false;
};

std::string location_of(std::string_view service, Rendered const& route, std::string_view series,
                        std::string_view instance, std::uint32_t frame_index0) {
  return resource_uri(service, route.study_instance_uid, series, instance) + "/frames/" +
         std::to_string(frame_index0 + 1) + "/rendered";
}

Result<PictureSet> find_set(Services const& services, Rendered const& route,
                            std::string_view service) {
  PictureSet set;
  if (!route.sop_instance_uid.empty()) {
    auto const hash = services.index.find_instance(
        route.study_instance_uid, route.series_instance_uid, route.sop_instance_uid);
    if (!hash) return std::unexpected(hash.error());
    for (std::uint32_t const number : route.frame_numbers)
      set.members.push_back({{*hash, number - 1},
                             location_of(service, route, route.series_instance_uid,
                                         route.sop_instance_uid, number - 1)});
    return set;
  }
  Result<StudyHandle> const study = services.tiles.open(route.study_instance_uid);
  if (!study) return std::unexpected(study.error());
  bool is_known = false;
  for (std::uint32_t frame = 0; frame < (*study)->frames.size(); ++frame) {
    wire::ManifestInstance const& each = (*study)->instance_of(frame);
    std::string const& series = each.instance.series.series_instance_uid;
    if (!route.series_instance_uid.empty() && series != route.series_instance_uid) continue;
    is_known = true;
    if (each.pending) return fail(Errc::pending);
    if (!is_showable(**study, frame)) {
      set.is_partial = true;
      continue;
    }
    std::uint32_t const index0 = (*study)->frames[frame].frame_index0;
    set.members.push_back(
        {{each.sha256_hex, index0},
         location_of(service, route, series, each.instance.sop_instance_uid, index0)});
    if (set.members.size() > kMostPictures) return set;  // as many as need no more
  }
  if (set.members.empty()) return fail(is_known ? Errc::no_pixels : Errc::not_found);
  return set;
}

/// Source: PS3.18 10.4.1.1.3; 413 as Table 10.4.3-1 has it for what is too large to be rendered.
Response respond_many(Services const& services, Request const& request, Rendered const& route,
                      Coding coding) {
  auto set = find_set(services, route, service_uri(request));
  if (!set) return problem_of(set.error());
  if (set->members.size() > kMostPictures)
    return problem(413, "These are more pictures than are sent at once: ask for fewer frames.");
  std::vector<Part> parts;
  std::uint64_t bytes = 0;
  std::optional<Error> failure;
  for (Member& member : set->members) {
    auto picture = draw(services, member.subject, route, coding);
    if (!picture && picture.error().code == Errc::invalid_argument)
      return problem(400, "The viewport's region is not in the picture.");
    if (!picture && !route.sop_instance_uid.empty()) return problem_of(picture.error());
    if (!picture) {  // one that is broken does not take the others with it
      failure = picture.error();
      continue;
    }
    bytes += picture->size();
    if (bytes > kMostPictureBytes)
      return problem(413, "These pictures are larger than what is sent at once.");
    auto type = part_media_type(media_type_of(coding), {});
    if (!type) return problem(500);
    parts.push_back({std::move(*type), std::move(member.location), PartBody(std::move(*picture))});
  }
  if (parts.empty()) return problem_of(*failure);
  return multipart_response(std::string(media_type_of(coding)), std::move(parts),
                            set->is_partial || failure ? 206 : 200);
}

/// How long a frame is shown. Source: PS3.3 C.7.6.5.1.1, C.12.1.1 (0008,2144).
double duration_ms(dicom::Instance const& instance, std::uint32_t index0) {
  auto const& increments = instance.frame_time_vector_ms;  // entry i: from frame i - 1 to i
  if (index0 + 1 < increments.size()) return increments[index0 + 1];
  if (instance.frame_time_ms && *instance.frame_time_ms > 0) return *instance.frame_time_ms;
  auto const rate = instance.recommended_frame_rate;
  return rate && *rate > 0 ? 1000 / *rate : kUsualFrameMs;
}

/// The frames of an instance as an animation. Source: PS3.18 Table 8.7.4-1.
Response respond_cine(Services const& services, Rendered const& route) {
  auto subject = find_subject(services, route);
  if (!subject) return problem_of(subject.error());
  auto const location = services.index.locate(subject->sha256_hex);
  if (!location) return problem_of(location.error());
  std::vector<std::uint32_t> numbers = route.frame_numbers;
  if (numbers.empty()) {
    numbers.resize(location->instance.number_of_frames);
    std::iota(numbers.begin(), numbers.end(), 1u);
  }
  if (numbers.empty()) return problem_of(Error{Errc::no_pixels, 0, {}});
  if (numbers.size() > kMostPictures)
    return problem(413, "These are more pictures than are sent at once: ask for fewer frames.");
  GifWriter gif;
  std::uint64_t drawn_bytes = 0;
  for (std::uint32_t const number : numbers) {
    subject->frame_index0 = number - 1;
    auto const picture = draw_picture(services, *subject, *location, route);
    if (!picture && picture.error().code == Errc::invalid_argument)
      return problem(400, "The viewport's region is not in the picture.");
    if (!picture) return problem_of(picture.error());
    drawn_bytes += picture->bytes.size();
    if (drawn_bytes > kMostPictureBytes)
      return problem(413, "These pictures are larger than what is sent at once.");
    Status const added = gif.add(*picture, duration_ms(location->instance, number - 1));
    if (!added) return problem_of(added.error());
  }
  Response response;
  response.content_type = media_type_of(Coding::gif);
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(gif.finish());
  return response;
}

}  // namespace

Response respond_rendered(Services const& services, Request const& request, Rendered const& route) {
  auto coding = choose_coding(request, route);
  if (!coding) return std::move(coding.error());
  if (*coding == Coding::gif) return respond_cine(services, route);
  if (route.has_many()) return respond_many(services, request, route, *coding);
  Result<Subject> const subject = find_subject(services, route);
  if (!subject) return problem_of(subject.error());
  std::string etag = make_etag(*subject, route, *coding);
  if (matches_etag(request.header("if-none-match"), etag))
    return not_modified(std::move(etag), CachePolicy::revalidate);
  Result<std::vector<std::byte>> picture = draw(services, *subject, route, *coding);
  if (!picture && picture.error().code == Errc::invalid_argument)
    return problem(400, "The viewport's region is not in the picture.");
  if (!picture) return problem_of(picture.error());
  Response response;
  response.content_type = media_type_of(*coding);
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(etag)});
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(std::move(*picture));
  return response;
}

}  // namespace sightline::server
