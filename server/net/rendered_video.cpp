#include "net/rendered_video.hpp"

#include <algorithm>

#include "net/video_source.hpp"
#include "tile/video_frames.hpp"

namespace sightline::server {

Result<Picture> draw_video_frame(Services const& services, std::string const& sha256_hex,
                                 dicom::Instance const& instance, std::uint32_t frame_index0,
                                 std::optional<PictureSize> box) {
  if (services.video_frames == nullptr) return fail(Errc::unsupported, "there is no ffmpeg");
  auto const frame = services.video_frames->find(sha256_hex, frame_index0, instance.format.rows,
                                                 instance.format.cols,
                                                 [&] { return open_video(services, sha256_hex); });
  if (!frame) return std::unexpected(frame.error());
  Picture picture{(*frame)->rows, (*frame)->cols, 3, (*frame)->bytes};
  if (!box) return picture;
  PictureSize const target = fit_into({picture.rows, picture.cols}, *box);
  return scale_picture(picture, target.rows, target.cols);
}

Result<std::vector<std::byte>> video_as_mp4(Services const& services,
                                            std::string const& sha256_hex) {
  if (services.video_frames == nullptr) return fail(Errc::unsupported, "there is no ffmpeg");
  auto const stream = open_video(services, sha256_hex);
  if (!stream) return std::unexpected(stream.error());
  constexpr std::uint32_t kHeadBytes = 16;
  auto const head = stream->read(
      0, static_cast<std::uint32_t>(std::min<std::uint64_t>(kHeadBytes, stream->length_bytes)));
  if (!head) return std::unexpected(head.error());
  if (video_type(*head) == "video/mp4") {  // it is one
    if (stream->length_bytes > kMostRemuxedBytes)
      return fail(Errc::limit_exceeded, "a video this large");
    return stream->read(0, static_cast<std::uint32_t>(stream->length_bytes));
  }
  return services.video_frames->decoder().remux(*stream);
}

}  // namespace sightline::server
