#pragma once
#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Fills `object` with a content item and all below it: `type`, `relationship`, `concept`, the
/// value by its type, `children`. `id` is the item's place as by-reference relationships name it
/// ("1.2.1"). The depth is that of the file's sequences, which ElementTree bounds. A text that is
/// full ends the walk: ask it. Threads: any. Source: PS3.3 C.17.3, C.18.
void fill_content_item(JsonObject& object, DocumentItem const& item, std::string const& id,
                       BoundedText const& out);

/// Adds `"name":[{"sopClass","sopInstance",…}]` of a sequence of SOP Instance references. Source:
/// PS3.3 C.18.3, C.18.4, C.18.5.
void add_references(JsonObject& object, std::string_view name, DocumentItem const& holder,
                    std::uint32_t sequence_tag);

}  // namespace sightline::dicom
