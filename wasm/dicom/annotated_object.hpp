#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace sightline::dicom {

/// Numbers of the coordinates, indexes and measured values of bulk annotations together; groups and
/// measurements beyond are left out.
inline constexpr std::size_t kMaxAnnotationNumbers = 8'000'000;

/// "REPORT" for structured reports, "ANNOTATIONS" for microscopy bulk simple annotations, "" for
/// all others: objects whose graphics lie over other images. Key object selections have none.
/// Source: PS3.4 B.5.
std::string_view annotated_object_kind(std::string_view sop_class_uid);

/// What such an object says of its graphics, as the JSON of docs/wire_format.md: a report's content
/// tree where it has coordinates, annotation groups with their points. Errors: as read_part10;
/// unsupported (another class); limit_exceeded. Threads: any. Source: PS3.3 C.17.3, C.18.6, C.18.9,
/// C.37.1.
Result<std::string> annotated_object_json(std::span<std::byte const> file, Limits const& limits);

}  // namespace sightline::dicom
