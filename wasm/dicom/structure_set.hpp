#pragma once
#include <string>

#include "dicom/attributes.hpp"
#include "dicom/json_object.hpp"
#include "dicom/layer_references.hpp"

namespace sightline::dicom {

/// The Frame of Reference that a structure set lies in: its own, else the one that its Referenced
/// Frame of Reference Sequence names, unless it names several. Threads: as Attributes. Source:
/// PS3.3 C.7.4.1, C.8.8.5.
std::string frame_of_reference_of_set(Attributes const& attributes);

/// Adds `"regions"`: the regions of interest of a structure set with their contours. What is not
/// whole, or more than kMaxContourPoints, is left out and `"incomplete"` says so. Threads: as
/// Attributes. Source: PS3.3 C.8.8.5, C.8.8.6, C.8.8.8.
void add_structure_set(Attributes const& attributes, LayerReferences& references,
                       JsonObject& object);

}  // namespace sightline::dicom
