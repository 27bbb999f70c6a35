#pragma once
#include "net/http_message.hpp"
#include "net/router.hpp"
#include "net/services.hpp"

namespace sightline::server {

/// The frames of an instance as an animation, each for the time that the object gives it.
/// Source: PS3.18 Table 8.7.4-1.
Response respond_animation(Services const& services, Rendered const& route);

/// The same as H.264 in MP4, each frame for the mean time; where services.video is.
Response respond_video(Services const& services, Rendered const& route);

}  // namespace sightline::server
