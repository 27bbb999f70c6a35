#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "dicom/instance.hpp"
#include "index/dicom_search.hpp"

namespace sightline::server {

/// Stands in stored documents for what a BulkDataURI begins with: the address of the instance.
inline constexpr std::string_view kBulkPlaceholder = "@bulk";

/// The documents of one file. What the DICOM JSON Model cannot hold of it (too large, too deep) is
/// left out with all but its identifiers: an archive without metadata of one instance is better
/// than one without the instance. Errors: out_of_memory. Threads: any.
DicomDocuments describe(ByteSource file, dicom::Instance const& instance);

/// The document with the placeholders replaced. `instance_uri`: ".../instances/1.2.3".
std::string with_bulk_uris(std::string_view document, std::string_view instance_uri);

}  // namespace sightline::server
