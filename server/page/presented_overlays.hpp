#pragma once
#include "base/error.hpp"
#include "page/frame_picture.hpp"
#include "page/presented_graphics.hpp"

namespace sightline::server {

/// Draws the overlay planes that the state activates, those of the image and those of the state
/// itself, in the order of their layers: graphics in the grey that the layer recommends (white
/// without one), regions half of it. A pixel of a picture that is smaller than the matrix shows
/// what any of the bits beneath it has. Embedded planes of a compressed image, and planes that the
/// object ends inside of, are left out. Errors: io. Source: PS3.3 C.9.2, C.10.7, C.11.7; PS3.4 N.2.
Status draw_overlays(Picture& picture, Overlaid const& overlaid, FrameSource const& source);

/// Covers the pixels whose bit is set in the plane that the state's shutter names.
/// Source: PS3.3 C.7.6.15.
void cover_by_bitmap_shutter(Picture& picture, Overlaid const& overlaid);

}  // namespace sightline::server
