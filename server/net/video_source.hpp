#pragma once
#include <string>

#include "net/services.hpp"
#include "tile/video_decoder.hpp"

namespace sightline::server {

/// Whether the frames of an object are one video stream. Source: PS3.5 8.2.5 to 8.2.13.
bool is_video(dicom::Instance const& instance);

/// The video stream of a stored object. Errors: not_found (it is none, or it is empty), as
/// FrameDirectory::find. Lifetime: within the services'.
Result<VideoBytes> open_video(Services const& services, std::string const& sha256_hex);

/// What the stream itself is: "video/mp4", "video/mp2t", "video/mpeg" (program stream, or bare
/// MPEG-2), "video/h264", "video/h265"; else application/octet-stream. `head`: its first bytes.
/// Source: ISO/IEC 14496-12 4.3, 13818-1 2.4.3.2, 2.5.3.3, 13818-2 6.2.2.1, 14496-10 B.1.
std::string_view video_type(std::span<std::byte const> head);

}  // namespace sightline::server
