#include "net/rendered_subject.hpp"

#include <algorithm>
#include <utility>

#include "dicom/overlay_plane.hpp"
#include "dicomweb/resource_uri.hpp"
#include "net/problem.hpp"
#include "net/rendered_colors.hpp"
#include "net/rendered_video.hpp"
#include "net/video_source.hpp"
#include "page/first_picture.hpp"
#include "page/frame_picture.hpp"
#include "page/presented_frame.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {
namespace {

constexpr PictureSize kThumbnailBox{128, 128};
constexpr std::uint64_t kMostStateBytes = 32u << 20;  ///< of a presentation state's file

/// The middle picture of a series or a study: of those that can be shown, so that a thumbnail is
/// there whenever one can be made.
Result<Subject> middle_picture(Services const& services, Rendered const& route) {
  Result<StudyHandle> const study = services.tiles.open(route.study_instance_uid);
  if (!study) return std::unexpected(study.error());
  std::vector<std::uint32_t> showable;
  std::optional<std::string> video;  // its first frame: the others cost more
  bool is_known = false, is_pending = false;
  for (std::uint32_t frame = 0; frame < (*study)->frames.size(); ++frame) {
    wire::ManifestInstance const& instance = (*study)->instance_of(frame);
    bool const is_meant = route.series_instance_uid.empty() ||
                          instance.instance.series.series_instance_uid == route.series_instance_uid;
    if (!is_meant) continue;
    is_known = true;
    is_pending = is_pending || instance.pending;
    if (is_showable(**study, frame)) showable.push_back(frame);
    if (!video && is_video(instance.instance)) video = instance.sha256_hex;
  }
  if (showable.empty() && video) return Subject{*video, 0, {}, {}};
  if (showable.empty())
    return fail(is_pending ? Errc::pending : is_known ? Errc::no_pixels : Errc::not_found);
  std::uint32_t const frame = showable[showable.size() / 2];
  return Subject{
      (*study)->instance_of(frame).sha256_hex, (*study)->frames[frame].frame_index0, {}, {}};
}

/// A subject without a frame yet: with what this file is as a presentation state, if it is one.
Result<Subject> with_state(Services const& services, std::string const& sha256_hex) {
  Subject subject;
  auto const location = services.index.locate(sha256_hex);
  if (!location) return std::unexpected(location.error());
  if (!dicom::is_presentation_state(location->instance.sop_class_uid)) return subject;
  auto const reader = services.blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  if ((*reader)->size_bytes() > kMostStateBytes)
    return fail(Errc::limit_exceeded, "a presentation state this large");
  auto const file = (*reader)->read_all();
  if (!file) return std::unexpected(file.error());
  auto state = dicom::read_presentation_state(*file);
  if (!state) return std::unexpected(state.error());
  subject.state = std::make_shared<dicom::PresentationState const>(std::move(*state));
  subject.state_sha256_hex = sha256_hex;
  return subject;
}

/// The first frame that the state refers to and that is here.
bool find_referenced(Services const& services, std::string const& study, Subject& subject) {
  for (auto const& series : subject.state->series) {
    for (dicom::ReferencedImage const& image : series.images) {
      auto hash =
          services.index.find_instance(study, series.series_instance_uid, image.sop_instance_uid);
      if (!hash) continue;
      subject.sha256_hex = std::move(*hash);
      subject.frame_index0 =
          image.frame_numbers.empty() ? 0 : std::max(image.frame_numbers.front(), 1u) - 1;
      return true;
    }
  }
  return false;
}

Result<std::vector<std::byte>> overlay_of(BlobStore const& blobs, std::string const& sha256_hex,
                                          std::uint16_t group, std::uint32_t frame_index0) {
  auto const reader = blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  RangedBytes ranges = (*reader)->ranges();
  return dicom::overlay_bits(ranges, group, frame_index0);
}

std::string location_of(std::string_view service, Rendered const& route, std::string_view series,
                        std::string_view instance, std::uint32_t frame_index0) {
  return resource_uri(service, route.study_instance_uid, series, instance) + "/frames/" +
         std::to_string(frame_index0 + 1) + "/rendered";
}

/// Reads the levels of one frame. Lifetime: of what it is given.
auto levels_of(Services const& services, std::string const& sha256_hex,
               StreamLocation const& location, std::uint32_t frame_index0) {
  return [&services, &sha256_hex, &location,
          frame_index0](std::uint8_t level) -> Result<std::vector<std::byte>> {
    auto bytes = services.tiles.read_range(sha256_hex, frame_index0, 0,
                                           location.streams[frame_index0].level_ends[level]);
    // What our own files lack is no fault of the object's: it must not look like one.
    if (!bytes && bytes.error().code == Errc::truncated) return fail(Errc::io);
    return bytes;
  };
}

/// The picture with the text that is asked for.
Result<Picture> annotated(Result<Picture> picture, Subject const& subject,
                          StreamLocation const& location, Rendered const& route) {
  if (!picture || route.query.annotation == Annotation{}) return picture;
  Status const burnt = burn_in(
      *picture, annotation_text(route.query.annotation, location.instance, subject.frame_index0));
  if (!burnt)
    return fail(burnt.error().code == Errc::invalid_argument ? Errc::limit_exceeded
                                                             : burnt.error().code);
  return picture;
}

Result<Picture> finished(Result<Picture> drawn, RenderedColors const& colors,
                         Subject const& subject, StreamLocation const& location,
                         Rendered const& route) {
  if (!drawn) return drawn;
  return annotated(with_colors(std::move(*drawn), colors), subject, location, route);
}

}  // namespace

Result<Subject> find_subject(Services const& services, Rendered const& route) {
  if (route.sop_instance_uid.empty()) return middle_picture(services, route);
  Result<std::string> hash = services.index.find_instance(
      route.study_instance_uid, route.series_instance_uid, route.sop_instance_uid);
  if (!hash) return std::unexpected(hash.error());
  std::uint32_t const frame = route.frame_numbers.empty() ? 1 : route.frame_numbers[0];
  if (auto const& state = route.state) {
    auto const file = services.index.find_instance(
        route.study_instance_uid, state->series_instance_uid, state->sop_instance_uid);
    if (!file) return std::unexpected(file.error());
    auto subject = with_state(services, *file);
    if (!subject) return subject;
    if (!subject->state || !applies_to(*subject->state, route.sop_instance_uid, frame))
      return fail(Errc::invalid_argument, "no presentation state of this frame");
    subject->sha256_hex = std::move(*hash);
    subject->frame_index0 = frame - 1;
    return subject;
  }
  if (route.frame_numbers.empty()) {
    auto subject = with_state(services, *hash);
    if (!subject) return subject;
    if (subject->state && find_referenced(services, route.study_instance_uid, *subject))
      return subject;
    if (subject->state) return fail(Errc::no_pixels, "none of its pictures is here");
  }
  return Subject{std::move(*hash), frame - 1, {}, {}};
}

Result<PictureSet> find_set(Services const& services, Rendered const& route,
                            std::string_view service) {
  PictureSet set;
  if (!route.sop_instance_uid.empty()) {
    auto const hash = services.index.find_instance(
        route.study_instance_uid, route.series_instance_uid, route.sop_instance_uid);
    if (!hash) return std::unexpected(hash.error());
    for (std::uint32_t const number : route.frame_numbers)
      set.members.push_back({{*hash, number - 1, {}, {}},
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
        {{each.sha256_hex, index0, {}, {}},
         location_of(service, route, series, each.instance.sop_instance_uid, index0)});
    if (set.members.size() > kMostPictures) return set;  // as many as need no more
  }
  if (set.members.empty()) return fail(is_known ? Errc::no_pixels : Errc::not_found);
  return set;
}

Result<Picture> draw_picture(Services const& services, Subject const& subject,
                             StreamLocation const& location, Rendered const& route) {
  if (location.pending) return fail(Errc::pending);
  std::optional<PictureSize> box;
  if (route.is_thumbnail) box = kThumbnailBox;
  if (auto const& viewport = route.query.viewport)
    box = PictureSize{viewport->height_px, viewport->width_px};
  if (is_video(location.instance)) {
    if (route.query.window || route.query.region)
      return fail(Errc::invalid_argument, "window or region of a video");
    auto const colors = find_colors(services, subject, location.instance, route.query.icc_profile);
    if (!colors) return std::unexpected(colors.error());
    return finished(draw_video_frame(services, subject.sha256_hex, location.instance,
                                     subject.frame_index0, box),
                    *colors, subject, location, route);
  }
  if (subject.frame_index0 >= location.streams.size()) {
    return fail(location.instance.number_of_frames == 0 ? Errc::no_pixels : Errc::not_found);
  }
  wire::StreamIndex const& stream = location.streams[subject.frame_index0];
  auto const read_levels = levels_of(services, subject.sha256_hex, location, subject.frame_index0);
  auto const decode_frame = [&](std::uint32_t index0) -> Result<SampleBlock> {
    if (index0 >= location.streams.size()) return fail(Errc::not_found);
    return whole_frame({location.instance, index0, location.streams[index0],
                        levels_of(services, subject.sha256_hex, location, index0)});
  };
  auto const read_overlay = [&](std::uint16_t group, std::uint32_t frame_index0) {
    return overlay_of(services.blobs, subject.sha256_hex, group, frame_index0);
  };
  if (subject.state && (route.query.window || route.query.region))  // the state says both
    return fail(Errc::invalid_argument, "window or region of a presentation state");
  auto const colors = find_colors(services, subject, location.instance, route.query.icc_profile);
  if (!colors) return std::unexpected(colors.error());
  FrameSource const source{location.instance,
                           subject.frame_index0,
                           stream,
                           read_levels,
                           read_overlay,
                           decode_frame,
                           colors->while_drawing(),
                           route.is_thumbnail};
  auto picture = subject.state ? draw_presented(source, *subject.state, box)
                               : draw_frame(source, route.query.window, box, route.query.region);
  return finished(std::move(picture), *colors, subject, location, route);
}

/// Why a picture cannot be had. Of a frame that came broken nothing is wrong here: never 5xx.
Response picture_problem(Error const& error) {
  switch (error.code) {
    case Errc::invalid_argument:
      return problem(400, "The region, window or presentation state is not one for this picture.");
    case Errc::truncated:
      return problem(404, "The object ends inside of this picture, and came so.", error.code);
    case Errc::corrupt:
    case Errc::limit_exceeded:
    case Errc::module_died:
      return problem(406, "This server cannot make a picture of it.", error.code);
    default: return problem_of(error);
  }
}

Response too_many_pictures() {
  return problem(413, "These are more pictures than are sent at once: ask for fewer frames.");
}
Response too_large_pictures() {
  return problem(413, "These pictures are larger than what is sent at once.");
}

}  // namespace sightline::server
