#pragma once
#include "dicom/instance.hpp"
#include "index/database.hpp"
#include "index/dicom_search.hpp"

namespace sightline::server {

/// Visits what matches: studies newest first, series and instances by number. Errors: io, corrupt.
Status visit_dicom_rows(Database& database, DicomSearch const& search, DicomVisit const& visit);

/// Writes an instance's documents; those of its study and series only where there are none yet.
/// Errors: not_found, io, corrupt.
Status write_documents(Database& database, std::string const& sha256_hex,
                       DicomDocuments const& documents);

/// Writes the columns that came with version 1 of the schema, for an instance of version 0.
/// Errors: io, corrupt.
Status write_columns(Database& database, std::string const& sha256_hex,
                     dicom::Instance const& instance);

}  // namespace sightline::server
