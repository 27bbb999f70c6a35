#pragma once
#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {

/// Whose, what and when: patient, study, series, UIDs, dates and the acquisition's texts. Threads:
/// as Attributes. Source: PS3.3 C.7.1 to C.7.3, C.7.6.1, C.12.1.
void read_identity(Attributes const& attributes, Part10 const& part10, Instance& instance);

/// Whether an archive can keep the instance under its UIDs. Errors: unsupported (a media
/// directory), corrupt (a UID is missing or unusable). Source: PS3.3 C.7.2.1, C.7.3.1, C.12.1.
Status check_identity(Instance const& instance);

}  // namespace sightline::dicom
