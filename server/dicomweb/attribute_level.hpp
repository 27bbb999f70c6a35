#pragma once
#include <cstdint>
#include <span>

#include "index/dicom_search.hpp"

namespace sightline::server {

/// Whose attribute a tag (group << 16 | element) is: of the patient or study, of the series, or of
/// the instance (all that is neither). Source: PS3.3 C.7.1 to C.7.5, PS3.4 C.6.2.1.
DicomSearch::Level attribute_level(std::uint32_t tag);

/// Attributes that an answer has although nobody asked for them, ascending. Source:
/// PS3.18 10.6.3.3.
std::span<std::uint32_t const> default_attributes(DicomSearch::Level level);

}  // namespace sightline::server
