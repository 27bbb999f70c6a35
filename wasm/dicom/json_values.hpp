#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "dicom/bounded_text.hpp"
#include "dicom/element_tree.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {

/// True for the VRs whose values are bytes: OB OD OF OL OV OW UN.
bool is_bulk_vr(std::array<char, 2> vr);
/// The value with its words in little-endian order, as Explicit VR Little Endian has them. `vr`:
/// one of is_bulk_vr.
std::vector<std::byte> little_endian_words(std::span<std::byte const> value, std::array<char, 2> vr,
                                           ElementEncoding encoding);

/// DS or IS text as a JSON number with the digits of the file ("+.50" is 0.50); empty when it is no
/// finite decimal. Source: PS3.5 6.2, RFC 8259 6.
std::string json_decimal(std::string_view text);

/// Adds `,"Value":[…]`, or nothing when there is no value. `element`: neither a sequence nor
/// is_bulk_vr. Source: PS3.18 F.2.3, F.2.4.
void append_values(BoundedText& out, TreeElement const& element, std::span<std::byte const> value,
                   TextConverter& converter, Limits const& limits);

}  // namespace sightline::dicom
