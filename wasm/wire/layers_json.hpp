#pragma once
#include "dicom/display_shutter.hpp"
#include "dicom/mask_module.hpp"
#include "dicom/overlay_plane.hpp"
#include "wire/json_writer.hpp"

namespace sightline::wire {

/// An overlay plane, a mask operation and a shutter as docs/wire_format.md writes them.
json::Object overlay_json(dicom::OverlayPlane const& plane);
json::Object mask_json(dicom::MaskOperation const& operation);
json::Object shutter_json(dicom::DisplayShutter const& shutter);

}  // namespace sightline::wire
