#pragma once
#include "base/error.hpp"
#include "dicom/presentation_state.hpp"
#include "page/picture.hpp"
#include "pixel/transform.hpp"

namespace sightline::server {

/// What a presentation state lays over the frame that stands in `picture` as `geometry` says.
struct Overlaid {
  dicom::PresentationState const& state;
  std::string_view sop_instance_uid;
  std::uint32_t frame_number = 1;
  pixel::ViewGeometry const& geometry;
};

/// Covers what lies outside of the rectangle, circle or polygon. Errors: invalid_argument (a
/// picture of over 32767 a side), out_of_memory. Source: PS3.3 C.7.6.11, C.7.6.15.
Status cover_by_shutter(Picture& picture, Overlaid const& overlaid);

/// Draws shapes and texts: at most 1,000 texts of 1,024 characters. Errors: as above;
/// limit_exceeded (over 65,536 points, or 2,048 of a curve or a filled shape).
/// Source: PS3.3 C.10.5.
Status draw_graphics(Picture& picture, Overlaid const& overlaid);

}  // namespace sightline::server
