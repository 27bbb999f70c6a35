#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "dicom/instance.hpp"
#include "index/database.hpp"
#include "index/index.hpp"

namespace sightline::server {

/// How much a change adds to a study's counters; negative takes away.
struct StudyDelta {
  std::int64_t instances = 0, frames = 0, bytes = 0, pending = 0, failed = 0, failed_frames = 0,
               conflicts = 0;
};

/// Row ids of an instance's study and series.
struct StudyRow {
  std::int64_t study_id = 0, series_id = 0;
};

/// All inside the caller's transaction. Errors: io.

/// Finds or makes the rows of the instance's study and series; fills in study attributes that were
/// empty so far.
Result<StudyRow> ensure_study(Database& database, dicom::Instance const& instance);
/// Adds to the counters and gives the study the next revision. Revisions are drawn from one
/// sequence of the whole index, so that a study removed and stored again never comes back to an old
/// one.
Status change_study(Database& database, std::int64_t study_id, StudyDelta const& delta);

/// One page of the study list.
Result<StudyPage> read_studies(Database& database, StudyQuery const& query);

}  // namespace sightline::server
