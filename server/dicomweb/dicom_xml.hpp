#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// Each object of an array of the DICOM JSON Model (metadata, QIDO-RS results) as a document of the
/// Native DICOM Model, in UTF-8, numbers with the digits that they have in the JSON. Attributes
/// carry keywords where PS3.6 has one, private ones the name of their creator and the two digits of
/// their element. Characters that XML 1.0 cannot hold become U+FFFD. Errors: corrupt (no such
/// array), limit_exceeded (one over 256 MiB). Threads: any. Source: PS3.19 A.1, PS3.18 F.4;
/// XML 1.0 2.2.
Result<std::vector<std::string>> native_dicom_xml(std::string_view json_array);

}  // namespace sightline::server
