#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Levels of content items that are read: the root is the first. Templates of PS3.16 have some
/// ten.
inline constexpr std::size_t kMaxContentLevels = 100;

/// Fills `object` with a content item and all below it: `type`, `relationship`, `concept`, the
/// value by its type, `children`. `id` is the item's place as by-reference relationships name it
/// ("1.2.1"). An item of level kMaxContentLevels that has content has `"deeper":true` instead of
/// it; false: there is one. A text that is full ends the walk: ask it. Threads: any. Source:
/// PS3.3 C.17.3, C.18.
bool fill_content_item(JsonObject& object, DocumentItem const& item, std::string const& id,
                       BoundedText const& out, std::size_t level = 1);

/// Adds `"name":[{"sopClass","sopInstance",…}]` of a sequence of SOP Instance references. Source:
/// PS3.3 C.18.3, C.18.4, C.18.5.
void add_references(JsonObject& object, std::string_view name, DocumentItem const& holder,
                    std::uint32_t sequence_tag);

}  // namespace sightline::dicom
