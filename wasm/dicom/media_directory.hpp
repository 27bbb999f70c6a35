#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace sightline::dicom {

/// A file that a media directory names.
struct MediaFile {
  std::string path;              ///< Referenced File ID (0004,1500), its components joined by '/'
  std::string sop_instance_uid;  ///< (0004,1511); empty where the record does not say
};

/// The files that a DICOMDIR names, in its order. Records without a file (PATIENT, STUDY, SERIES)
/// and File IDs that are none are left out. Errors: as read_part10 and outline_data_set;
/// unsupported when there is no Directory Record Sequence (0004,1220). Threads: any.
/// Source: PS3.3 F.3, PS3.10 8.2.
Result<std::vector<MediaFile>> read_media_directory(std::span<std::byte const> file,
                                                    Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
