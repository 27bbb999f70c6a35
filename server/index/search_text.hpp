#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sightline::server {

/// Lower-cases UTF-8 letter by letter (Latin with Latin-1 and Extended-A, Greek, Cyrillic,
/// Armenian); all else stays. Invalid bytes stay as they are.
std::string fold_case(std::string_view utf8);

/// The words of a search: folded, split at white space and at the separators of a DICOM name (^ and
/// =). At most 16. Source: PS3.5 6.2.1.1.
std::vector<std::string> search_words(std::string_view query);

/// What a study can be found by: each value folded, names with spaces for separators, a date also
/// as 2024-01-31.
std::string searchable(std::vector<std::string_view> const& values, std::string_view study_date);

}  // namespace sightline::server
