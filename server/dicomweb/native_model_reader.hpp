#pragma once
#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

#include "base/error.hpp"

namespace sightline::server {

/// A document of the Native DICOM Model as an object of the DICOM JSON Model, numbers as text (as
/// parse_keeping_digits gives them). Private attributes get a block of their creator again: the
/// data set's own where it names one, a new one otherwise. Any encoding that Expat reads (UTF-8,
/// UTF-16, ISO-8859-1, US-ASCII). `values_left` goes down by one for each attribute and value.
/// Errors: corrupt (no well-formed XML, not this model, an attribute twice, values out of order,
/// items over 32 deep, a tag over 256 KiB, over 1,024 attributes that the model does not have, a
/// document type declaration: so there are no entities but XML's five, and nothing is fetched),
/// limit_exceeded (no values left), out_of_memory. Threads: any.
/// Source: PS3.19 A.1.4 to A.1.6; PS3.18 F.2.2 to F.2.4; XML 1.0.
Result<boost::json::object> read_native_model(std::string_view xml, std::size_t& values_left);

}  // namespace sightline::server
