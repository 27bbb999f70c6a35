#pragma once
#include "dicom/display_shutter.hpp"
#include "dicom/overlay_plane.hpp"
#include "wire/json_writer.hpp"

namespace sightline::wire {

/// An overlay plane and a shutter as docs/wire_format.md writes them.
json::Object overlay_json(dicom::OverlayPlane const& plane);
json::Object shutter_json(dicom::DisplayShutter const& shutter);

}  // namespace sightline::wire
