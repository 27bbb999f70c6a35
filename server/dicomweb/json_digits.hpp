#pragma once
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace sightline::server {

/// JSON with its numbers as the text that they are: a DS must not become another decimal. As
/// deep as dicom::kMaxDicomJsonLevels need. Errors: corrupt (no JSON, nested deeper),
/// limit_exceeded (more than `max_values` values). Threads: any. Source: RFC 8259.
Result<boost::json::value> parse_keeping_digits(std::string_view text,
                                                std::size_t max_values = SIZE_MAX);

}  // namespace sightline::server
