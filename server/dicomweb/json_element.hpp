#pragma once
#include <array>
#include <boost/json/array.hpp>
#include <cstddef>
#include <optional>
#include <vector>

namespace sightline::server {

/// The Value of one attribute of the DICOM JSON Model as the bytes of Explicit VR Little Endian,
/// without padding: text in UTF-8, numbers (text, as parse_keeping_digits gives them) in binary
/// where the VR has them so. A DS over 16 characters becomes the nearest number that fits. Nothing
/// when a value does not fit the VR: another kind, out of range, a control character, a backslash
/// in one of several, more than one of ST, LT, UT or UR. Not for SQ and the VRs of bulk data.
/// Threads: any. Source: PS3.18 F.2.3, F.2.4, F.2.5; PS3.5 6.2.
std::optional<std::vector<std::byte>> encode_json_values(std::array<char, 2> vr,
                                                         boost::json::array const& values);

}  // namespace sightline::server
