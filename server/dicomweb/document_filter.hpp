#pragma once
#include <boost/json/object.hpp>

#include "dicomweb/qido_query.hpp"

namespace sightline::server {

/// Whether one of the attribute's values in a DICOM JSON object is what the filter asks for. Names
/// are compared without regard to case. Threads: any. Source: PS3.4 C.2.2.2.
bool matches(boost::json::object const& document, DocumentFilter const& filter);

}  // namespace sightline::server
