#pragma once
#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Adds what microscopy bulk simple annotations say: the images, how coordinates are meant, and
/// each group with its points. A group that is broken, or is too much beside others, has none and
/// says so. Source: PS3.3 C.37.1.2.
void add_bulk_annotations(DocumentItem const& data_set, JsonObject& object);

}  // namespace sightline::dicom
