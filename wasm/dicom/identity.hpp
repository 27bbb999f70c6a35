#pragma once
#include <string_view>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {

/// Whose and what: patient, study, series, UIDs, dates, side and view. Threads: as Attributes.
/// Source: PS3.3 C.7.1 to C.7.3, C.7.6.1, C.12.1.
void read_identity(Attributes const& attributes, Part10 const& part10, Instance& instance);

/// Whether an archive can keep the instance under its UIDs. Errors: unsupported (a media
/// directory), corrupt (a UID is missing or unusable). Source: PS3.3 C.7.2.1, C.7.3.1, C.12.1.
Status check_identity(Instance const& instance);

/// Gives an instance that lacks Study, Series or SOP Instance UID, or has one that cannot be a UID,
/// others made of its bytes' SHA-256 (64 hexadecimal digits): the same file gets the same ones. For
/// looking at a file, not for an archive. Source: PS3.5 B.2.
void complete_identity(Instance& instance, std::string_view sha256_hex);

}  // namespace sightline::dicom
