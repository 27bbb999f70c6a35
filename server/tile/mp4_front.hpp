#pragma once
#include "base/error.hpp"
#include "tile/video_decoder.hpp"

namespace sightline::server {

/// An MP4 file whose head ("moov") comes last, as one whose head comes first: so it can be read
/// through a pipe. Anything else, and what cannot be made so, comes back as it is. Errors: those of
/// `read`. Lifetime: reads from the given stream. Source: ISO/IEC 14496-12 8.1, 8.2.1, 8.7.5.
Result<VideoBytes> with_head_first(VideoBytes stream);

}  // namespace sightline::server
