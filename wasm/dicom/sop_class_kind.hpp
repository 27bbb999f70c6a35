#pragma once
#include <string_view>

namespace sightline::dicom {

/// What an object without pictures is, for people ("SR document"); empty when it is one of
/// images, or not known. Source: PS3.4 B.5, PS3.6 A-1.
std::string_view sop_class_kind(std::string_view sop_class_uid);

}  // namespace sightline::dicom
