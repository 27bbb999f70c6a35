#include <algorithm>
#include <array>
#include <expected>

#include "dicomweb/accept.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"
#include "page/first_picture.hpp"
#include "page/frame_picture.hpp"
#include "page/jpeg_writer.hpp"
#include "page/png_writer.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {
namespace {

constexpr PictureSize kThumbnailBox{128, 128};
constexpr int kPngLevel = 6, kJpegQuality = 90;

/// The media types of pictures, the default first: JPEG by the standard; a thumbnail is ours to
/// choose. Source: PS3.18 8.7.4, Table 8.7.4-1.
enum class Coding : std::uint8_t { jpeg, png };
std::expected<Coding, Response> choose_coding(Request const& request, Rendered const& route) {
  std::vector<Representation> forms{{"image/jpeg", "", "", false}, {"image/png", "", "", false}};
  if (route.is_thumbnail) std::swap(forms[0], forms[1]);
  auto const chosen = choose_representation({request.header("accept"), route.accept}, forms);
  if (!chosen) return std::unexpected(problem(400, "The Accept header cannot be read."));
  if (!*chosen) return std::unexpected(problem(406, "Pictures are image/jpeg or image/png."));
  return forms[**chosen].media_type == "image/png" ? Coding::png : Coding::jpeg;
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
  return Subject{std::move(*hash), route.frame_index0.value_or(0)};
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

Result<std::vector<std::byte>> draw(Services const& services, Subject const& subject,
                                    Rendered const& route, Coding coding) {
  Result<StreamLocation> const location = services.index.locate(subject.sha256_hex);
  if (!location) return std::unexpected(location.error());
  if (location->pending) return fail(Errc::pending);
  if (subject.frame_index0 >= location->streams.size()) {
    return fail(location->instance.number_of_frames == 0 ? Errc::no_pixels : Errc::not_found);
  }
  wire::StreamIndex const& stream = location->streams[subject.frame_index0];
  auto const read_levels = [&](std::uint8_t level) {
    return services.tiles.read_range(subject.sha256_hex, subject.frame_index0, 0,
                                     stream.level_ends[level]);
  };
  FrameSource const source{location->instance, subject.frame_index0, stream, read_levels};
  std::optional<PictureSize> box;
  if (route.is_thumbnail) box = kThumbnailBox;
  if (auto const& viewport = route.query.viewport)
    box = PictureSize{viewport->height_px, viewport->width_px};
  Result<Picture> const picture = draw_frame(source, route.query.window, box, route.query.region);
  if (!picture) return std::unexpected(picture.error());
  return coding == Coding::png ? encode_png(*picture, kPngLevel)
                               : encode_jpeg(*picture, route.query.quality.value_or(kJpegQuality));
}

}  // namespace

Response respond_rendered(Services const& services, Request const& request, Rendered const& route) {
  auto coding = choose_coding(request, route);
  if (!coding) return std::move(coding.error());
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
  response.content_type = *coding == Coding::png ? "image/png" : "image/jpeg";
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(etag)});
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(std::move(*picture));
  return response;
}

}  // namespace sightline::server
