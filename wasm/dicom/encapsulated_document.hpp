#pragma once
#include <cstddef>
#include <span>

#include "base/error.hpp"
#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Fills `object` with what is said of an encapsulated document: title, MIME type, concept, HL7
/// identifier, flags, length. Threads: any. Source: PS3.3 C.24.2.
void fill_encapsulated_document(JsonObject& object, DocumentItem const& data_set);

/// The document itself, without the byte that pads it. Lifetime: the file. Errors: not_found,
/// truncated. Source: PS3.3 C.24.2.1.
Result<std::span<std::byte const>> encapsulated_bytes(DocumentItem const& data_set);

}  // namespace sightline::dicom
