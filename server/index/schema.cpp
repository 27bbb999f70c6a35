#include "index/schema.hpp"

#include <array>
#include <string>

namespace sightline::server {
namespace {

// Step i brings version i to i + 1. Never edit one that was released: add another.
constexpr std::array kSteps = {
    R"sql(
CREATE TABLE revisions (last INTEGER NOT NULL);
INSERT INTO revisions VALUES (0);

CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  study_instance_uid TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  study_date TEXT NOT NULL, study_time TEXT NOT NULL, study_description TEXT NOT NULL, accession_number TEXT NOT NULL,
  patient_name TEXT NOT NULL, patient_id TEXT NOT NULL, patient_birth_date TEXT NOT NULL, patient_sex TEXT NOT NULL,
  referring_physician_name TEXT NOT NULL,
  modalities TEXT NOT NULL,
  sort_name TEXT NOT NULL, sort_patient_id TEXT NOT NULL, sort_description TEXT NOT NULL,
  search TEXT NOT NULL,
  series INTEGER NOT NULL DEFAULT 0, instances INTEGER NOT NULL DEFAULT 0,
  frames INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,
  failed_frames INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX studies_by_date ON studies (study_date, study_time, id);
CREATE INDEX studies_by_name ON studies (sort_name, id);
CREATE INDEX studies_by_patient_id ON studies (sort_patient_id, id);
CREATE INDEX studies_by_modality ON studies (modalities, id);
CREATE INDEX studies_by_description ON studies (sort_description, id);
CREATE INDEX studies_by_instances ON studies (instances, id);

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  series_instance_uid TEXT NOT NULL,
  modality TEXT NOT NULL,
  UNIQUE (study_id, series_instance_uid)
);

CREATE TABLE instances (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  sop_instance_uid TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  size_bytes INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  failed_frames INTEGER NOT NULL DEFAULT 0,
  conflict INTEGER NOT NULL DEFAULT 0,
  attributes BLOB NOT NULL,
  streams BLOB NOT NULL
);
CREATE INDEX instances_by_sop ON instances (sop_instance_uid);
CREATE INDEX instances_by_study ON instances (study_id, id);
CREATE INDEX instances_by_series ON instances (series_id);
CREATE INDEX instances_pending ON instances (id) WHERE pending = 1;
)sql",
    // DICOMweb: attributes of each level as DICOM JSON; metadata is NULL until it was made.
    R"sql(
ALTER TABLE studies ADD COLUMN study_id_text TEXT NOT NULL DEFAULT '';
ALTER TABLE studies ADD COLUMN dicom TEXT NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN series_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN dicom TEXT NOT NULL DEFAULT '';
ALTER TABLE instances ADD COLUMN sop_class_uid TEXT NOT NULL DEFAULT '';
ALTER TABLE instances ADD COLUMN instance_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN metadata BLOB;
CREATE INDEX studies_by_accession ON studies (accession_number);
CREATE INDEX studies_by_stored_patient_id ON studies (patient_id);
CREATE INDEX series_by_uid ON series (series_instance_uid);
CREATE INDEX instances_undescribed ON instances (id) WHERE metadata IS NULL;
)sql",
    // What QIDO-RS searches for, narrow: a wildcard that begins with * reads a whole index.
    R"sql(
CREATE INDEX studies_by_birth_date ON studies (patient_birth_date);
CREATE INDEX studies_by_stored_description ON studies (study_description);
CREATE INDEX studies_by_referring_physician ON studies (referring_physician_name);
)sql",
    // Instances without rows whose files are still to be removed.
    R"sql(
CREATE TABLE removals (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
)sql",
};

}  // namespace

Status migrate(Database& database) {
  for (;;) {
    // The version is read inside the transaction: another process may be migrating at this moment.
    auto transaction = Transaction::begin(database);
    if (!transaction) return std::unexpected(transaction.error());
    std::int64_t version = -1;
    {
      auto read = database.statement("PRAGMA user_version");
      if (read.step()) version = read.integer_at(0);
      if (auto const done = read.status(); !done) return done;
    }
    auto const known = static_cast<std::int64_t>(kSteps.size());
    if (version == known) return {};
    if (version < 0 || version > known)
      return fail(Errc::unsupported, "the store was made by a newer version of this program");
    if (auto const done = database.execute(kSteps[static_cast<std::size_t>(version)]); !done)
      return done;
    if (auto const done = database.execute("PRAGMA user_version=" + std::to_string(version + 1));
        !done)
      return done;
    if (auto const done = transaction->commit(); !done) return done;
  }
}

}  // namespace sightline::server
