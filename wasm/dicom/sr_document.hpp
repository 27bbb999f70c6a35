#pragma once
#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Fills `object` with a structured report or a key object selection: flags, observers, dates, what
/// it refers to (`evidence`), and its content tree (`root`). A text that is full ends the walk.
/// Threads: any. Source: PS3.3 C.17.2, C.17.3, C.17.6.
void fill_sr_document(JsonObject& object, DocumentItem const& data_set, BoundedText const& out);

}  // namespace sightline::dicom
