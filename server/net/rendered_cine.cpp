#include "net/rendered_cine.hpp"

#include <expected>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "net/problem.hpp"
#include "net/rendered_subject.hpp"
#include "net/rendered_video.hpp"
#include "net/video_source.hpp"
#include "page/gif_writer.hpp"
#include "tile/video_encoder.hpp"

namespace sightline::server {
namespace {

constexpr double kUsualFrameMs = 100;  ///< where the object says nothing

/// How long a frame is shown. Source: PS3.3 C.7.6.5.1.1, C.12.1.1 (0008,2144).
double duration_ms(dicom::Instance const& instance, std::uint32_t index0) {
  auto const& increments = instance.frame_time_vector_ms;  // entry i: from frame i - 1 to i
  if (index0 + 1 < increments.size()) return increments[index0 + 1];
  if (instance.frame_time_ms && *instance.frame_time_ms > 0) return *instance.frame_time_ms;
  auto const rate = instance.recommended_frame_rate;
  return rate && *rate > 0 ? 1000 / *rate : kUsualFrameMs;
}

/// The frames of an instance, or those of it that are asked for.
struct Cine {
  Subject subject;
  StreamLocation location;
  std::vector<std::uint32_t> numbers;  ///< 1-based
};
std::expected<Cine, Response> find_cine(Services const& services, Rendered const& route) {
  auto subject = find_subject(services, route);
  if (!subject) return std::unexpected(picture_problem(subject.error()));
  auto location = services.index.locate(subject->sha256_hex);
  if (!location) return std::unexpected(problem_of(location.error()));
  Cine cine{std::move(*subject), std::move(*location), route.frame_numbers};
  if (cine.numbers.empty()) {
    cine.numbers.resize(cine.location.instance.number_of_frames);
    std::iota(cine.numbers.begin(), cine.numbers.end(), 1u);
  }
  if (cine.numbers.empty()) return std::unexpected(problem_of(Error{Errc::no_pixels, 0, {}}));
  if (cine.numbers.size() > kMostPictures) return std::unexpected(too_many_pictures());
  return cine;
}

/// Gives each picture, with the time that it is shown, to `take`, which may answer in their stead.
using TakePicture = std::function<std::optional<Response>(Picture const&, double frame_ms)>;
std::optional<Response> draw_all(Services const& services, Rendered const& route, Cine& cine,
                                 TakePicture const& take) {
  std::uint64_t drawn_bytes = 0;
  for (std::uint32_t const number : cine.numbers) {
    cine.subject.frame_index0 = number - 1;
    auto const picture = draw_picture(services, cine.subject, cine.location, route);
    if (!picture) return picture_problem(picture.error());
    drawn_bytes += picture->bytes.size();
    if (drawn_bytes > kMostPictureBytes) return too_large_pictures();
    if (auto refused = take(*picture, duration_ms(cine.location.instance, number - 1)))
      return refused;
  }
  return std::nullopt;
}

Response cine_response(std::string_view content_type, std::vector<std::byte> bytes) {
  Response response;
  response.content_type = content_type;
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(std::move(bytes));
  return response;
}

Response video_problem(Error const& error) {
  if (error.code == Errc::pending) {
    Response busy = problem(503, "Other videos are being made; ask again.");
    busy.headers.push_back({"Retry-After", "5"});
    return busy;
  }
  if (error.code == Errc::limit_exceeded)
    return problem(413,
                   "A video has sides of at most 4096 pixels and 256 MiB: ask for a viewport.");
  return problem(500, "The video could not be made.", error.code);
}

/// All frames are shown equally long: the mean, where the object has times of their own.
double mean_duration_ms(Cine const& cine) {
  double sum = 0;
  for (std::uint32_t const number : cine.numbers)
    sum += duration_ms(cine.location.instance, number - 1);
  return sum / static_cast<double>(cine.numbers.size());
}

/// The whole of an object that is a video already: nothing is encoded anew.
std::optional<Response> stored_video(Services const& services, Rendered const& route) {
  auto const subject = find_subject(services, route);
  if (!subject || !route.frame_numbers.empty()) return std::nullopt;
  auto const location = services.index.locate(subject->sha256_hex);
  if (!location || !is_video(location->instance)) return std::nullopt;
  auto made = video_as_mp4(services, subject->sha256_hex);
  return made ? cine_response("video/mp4", std::move(*made)) : video_problem(made.error());
}

}  // namespace

Response respond_animation(Services const& services, Rendered const& route) {
  auto cine = find_cine(services, route);
  if (!cine) return std::move(cine.error());
  GifWriter gif;
  auto refused =
      draw_all(services, route, *cine,
               [&gif](Picture const& picture, double frame_ms) -> std::optional<Response> {
                 Status const added = gif.add(picture, frame_ms);
                 return added ? std::nullopt : std::optional(problem_of(added.error()));
               });
  return refused ? std::move(*refused) : cine_response("image/gif", gif.finish());
}

Response respond_video(Services const& services, Rendered const& route) {
  if (auto stored = stored_video(services, route)) return std::move(*stored);
  auto cine = find_cine(services, route);
  if (!cine) return std::move(cine.error());
  std::optional<VideoEncoder::Video> video;
  auto refused = draw_all(
      services, route, *cine, [&](Picture const& picture, double) -> std::optional<Response> {
        if (!video) {
          auto begun =
              services.video->begin({picture.rows, picture.cols, picture.samples,
                                     mean_duration_ms(*cine), route.query.quality.value_or(90)});
          if (!begun) return video_problem(begun.error());
          video.emplace(std::move(*begun));
        }
        Status const added = video->add(picture.bytes);
        return added ? std::nullopt : std::optional(video_problem(added.error()));
      });
  if (refused) return std::move(*refused);
  auto made = video->finish();
  if (!made) return video_problem(made.error());
  return cine_response("video/mp4", std::move(*made));
}

}  // namespace sightline::server
