#pragma once
#include <boost/json/object.hpp>
#include <expected>
#include <vector>

#include "dicomweb/bulk_parts.hpp"
#include "dicomweb/pieces.hpp"
#include "dicomweb/stow_answer.hpp"

namespace sightline::server {

/// One object of the DICOM JSON Model (numbers as parse_keeping_digits gives them) as a Part 10
/// file: made bytes, and ranges of what is kept of the request's bulk data. The transfer syntax is
/// that of its Pixel Data's part, Explicit VR Little Endian without one. Text is UTF-8: Specific
/// Character Set becomes ISO_IR 192 where it is, and is added where a value is not ASCII. Group
/// 0002, group lengths and trailing padding are left out, as are extended offset tables of
/// compressed pixels, which get a basic one. Nothing else is added, dropped or coerced.
/// Reasons: cannot_understand (no usable SOP Class or Instance UID, a value that does not fit its
/// VR, no such VR or tag, bulk data that are not there, sequences over 32 deep); mismatch (Pixel
/// Data of another length or number of frames than the image has; a compressed value that is no
/// Pixel Data, or in a syntax of its own); media_type_not_supported; out_of_resources (over 4 GiB:
/// Limits::max_whole_bytes). Threads: as `bulk`. Source: PS3.18 F.2, 8.7.3; PS3.5 7.1, 7.5, A.4;
/// PS3.3 C.7.6.3.
std::expected<std::vector<Piece>, StoreReason> object_from_json(boost::json::object const& object,
                                                                BulkParts& bulk);

/// The first value of an attribute as text; empty when there is none. Lifetime: the object's.
std::string_view json_text(boost::json::object const& object, std::string_view tag);

}  // namespace sightline::server
