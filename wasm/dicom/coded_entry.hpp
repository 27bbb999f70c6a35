#pragma once
#include <cstdint>
#include <string_view>

#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Adds `"name":{"value","scheme","meaning"}` of the first item of a code sequence; nothing when
/// there is none. Source: PS3.3 8.8.
void add_coded_entry(JsonObject& object, std::string_view name, DocumentItem const& holder,
                     std::uint32_t sequence_tag);
/// The same for every item, as an array.
void add_coded_entries(JsonObject& object, std::string_view name, DocumentItem const& holder,
                       std::uint32_t sequence_tag);

}  // namespace sightline::dicom
