#pragma once
#include "dicom/attributes.hpp"
#include "dicom/json_object.hpp"
#include "dicom/layer_references.hpp"

namespace sightline::dicom {

/// Adds `"regions"`: the regions of interest of a structure set with their contours. What is not
/// whole, or more than kMaxContourPoints, is left out and `"incomplete"` says so. Threads: as
/// Attributes. Source: PS3.3 C.8.8.5, C.8.8.6, C.8.8.8.
void add_structure_set(Attributes const& attributes, LayerReferences& references,
                       JsonObject& object);

}  // namespace sightline::dicom
