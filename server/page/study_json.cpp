#include "page/study_json.hpp"

#include <boost/json.hpp>

namespace sightline::server {

namespace json = boost::json;

std::string encode_study_list(StudyPage const& page) {
  json::array studies;
  studies.reserve(page.studies.size());
  for (StudySummary const& study : page.studies) {
    json::array modalities;
    for (std::string const& modality : study.modalities) modalities.emplace_back(modality);
    json::object row;
    row["studyInstanceUID"] = study.study_instance_uid;
    row["studyDate"] = study.study_date;
    row["studyTime"] = study.study_time;
    row["studyDescription"] = study.study_description;
    row["accessionNumber"] = study.accession_number;
    row["patientName"] = study.patient_name;
    row["patientID"] = study.patient_id;
    row["patientBirthDate"] = study.patient_birth_date;
    row["patientSex"] = study.patient_sex;
    row["referringPhysicianName"] = study.referring_physician_name;
    row["modalities"] = std::move(modalities);
    row["series"] = study.series;
    row["instances"] = study.instances;
    row["frames"] = study.frames;
    row["bytes"] = study.bytes;
    row["pending"] = study.pending;
    row["failed"] = study.failed;
    row["conflicts"] = study.conflicts;
    studies.emplace_back(std::move(row));
  }
  json::object out;
  out["total"] = page.total;
  out["studies"] = std::move(studies);
  return json::serialize(out);
}

std::string encode_status(Counts const& counts, ServerFacts const& facts) {
  json::object out;
  out["version"] = facts.version;
  out["uptimeSeconds"] = facts.uptime_seconds;
  out["studies"] = counts.studies;
  out["series"] = counts.series;
  out["instances"] = counts.instances;
  out["frames"] = counts.frames;
  out["bytes"] = counts.bytes;
  out["pending"] = counts.pending;
  out["failedFrames"] = counts.failed_frames;
  out["conflicts"] = counts.conflicts;
  return json::serialize(out);
}

}  // namespace sightline::server
