#pragma once
#include <optional>
#include <vector>

#include "net/router.hpp"
#include "net/services.hpp"
#include "page/picture.hpp"

namespace sightline::server {

/// One frame (0-based) of a stored video, as this machine's ffmpeg decodes it, fitted into the box;
/// without one as large as the video itself. Errors: unsupported (there is no ffmpeg), as
/// VideoFrames::find.
Result<Picture> draw_video_frame(Services const& services, std::string const& sha256_hex,
                                 dicom::Instance const& instance, std::uint32_t frame_index0,
                                 std::optional<PictureSize> box);

/// A stored video in an MP4 file, nothing encoded anew. Errors: unsupported (there is no ffmpeg),
/// as VideoDecoder::remux.
Result<std::vector<std::byte>> video_as_mp4(Services const& services,
                                            std::string const& sha256_hex);

}  // namespace sightline::server
