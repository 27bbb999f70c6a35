#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// What an instance says of itself, as DICOM JSON objects (PS3.18 F): the attributes of its study
/// and patient, those of its series, and all of them. Empty texts: not described yet.
struct DicomDocuments {
  std::string study, series, metadata;
};

/// A search for studies, series or instances by attributes that the index has as columns; what
/// cannot be asked here is compared in the documents by who visits the rows.
struct DicomSearch {
  enum class Level : std::uint8_t { study, series, instance };
  enum class Column : std::uint8_t {
    study_instance_uid,
    study_date,
    study_time,
    study_date_time,  ///< date and time as one value, YYYYMMDDHHMMSS
    accession_number,
    patient_id,
    patient_name,  ///< without regard to case
    patient_birth_date,
    patient_sex,
    study_id,
    referring_physician_name,
    study_description,
    modalities_in_study,
    series_instance_uid,
    modality,
    series_number,
    sop_instance_uid,
    sop_class_uid,
    instance_number,
  };
  enum class Match : std::uint8_t {
    equal,     ///< one of `values`
    wildcard,  ///< values[0] with * and ?
    range,     ///< values[0] to values[1], both inclusive; an empty end is open
  };
  struct Condition {
    Column column;
    Match match = Match::equal;
    std::vector<std::string> values;
  };
  Level level = Level::study;
  std::vector<Condition> conditions{};  ///< all must hold
};

/// A row of the level; of the levels below only what counts them.
struct DicomRow {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid, sha256_hex;
  std::string study, series;            ///< DicomDocuments; empty when nobody has described it
  std::span<std::byte const> metadata;  ///< gzip of the instance's; until the visit ends
  std::string modalities_in_study;      ///< separated by backslashes
  std::uint32_t series_in_study = 0, instances_in_study = 0, instances_in_series = 0;
};
/// False ends the search.
using DicomVisit = std::function<bool(DicomRow const&)>;

}  // namespace sightline::server
