#include "index/study_rows.hpp"

#include <algorithm>
#include <string_view>

#include "index/search_text.hpp"

namespace sightline::server {
namespace {

constexpr char kModalitySeparator = '\\';  // as in a DICOM value, PS3.5 6.4

Result<std::string> modalities_of(Database& database, std::int64_t study_id) {
  auto read = database.statement(
      "SELECT DISTINCT modality FROM series WHERE study_id = ? AND modality <> '' ORDER BY "
      "modality");
  read.integer(study_id);
  std::string joined;
  while (read.step()) {
    if (!joined.empty()) joined += kModalitySeparator;
    joined += read.text_at(0);
  }
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return joined;
}

/// Writes what is derived from the study's attributes: modalities, sort keys and the text to search
/// in.
Status refresh_derived(Database& database, std::int64_t study_id) {
  auto const modalities = modalities_of(database, study_id);
  if (!modalities) return std::unexpected(modalities.error());
  std::string name, id, description, accession, date;
  {
    auto read = database.statement(
        "SELECT patient_name, patient_id, study_description, accession_number, study_date FROM "
        "studies WHERE id = ?");
    read.integer(study_id);
    if (read.step()) {
      name = read.text_at(0), id = read.text_at(1), description = read.text_at(2);
      accession = read.text_at(3), date = read.text_at(4);
    }
    if (auto const done = read.status(); !done) return done;
  }
  auto write = database.statement(
      "UPDATE studies SET modalities = ?, sort_name = ?, sort_patient_id = ?, sort_description = "
      "?, search = ? WHERE id = ?");
  write.text(*modalities).text(fold_case(name)).text(fold_case(id)).text(fold_case(description));
  write.text(searchable({name, id, description, accession, *modalities}, date)).integer(study_id);
  return write.run();
}

Result<std::int64_t> find_id(Statement& read) {
  std::int64_t const id = read.step() ? read.integer_at(0) : 0;
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return id;
}

Result<std::int64_t> find_study(Database& database, std::string const& uid) {
  auto read = database.statement("SELECT id FROM studies WHERE study_instance_uid = ?");
  read.text(uid);
  return find_id(read);
}

Result<std::int64_t> insert_study(Database& database, dicom::Instance const& i) {
  auto write = database.statement(
      "INSERT INTO studies (study_instance_uid, revision, study_date, study_time, "
      "study_description, accession_number, "
      "patient_name, patient_id, patient_birth_date, patient_sex, referring_physician_name, "
      "study_id_text, modalities, sort_name, "
      "sort_patient_id, sort_description, search) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', "
      "'', '', '', '')");
  write.text(i.study.study_instance_uid)
      .text(i.study.study_date)
      .text(i.study.study_time)
      .text(i.study.study_description);
  write.text(i.study.accession_number)
      .text(i.patient.name)
      .text(i.patient.id)
      .text(i.patient.birth_date);
  write.text(i.patient.sex).text(i.study.referring_physician_name).text(i.study.study_id);
  if (auto const done = write.run(); !done) return std::unexpected(done.error());
  return database.last_row_id();
}

Status fill_empty(Database& database, std::int64_t study_id, dicom::Instance const& i) {
  auto write = database.statement(
      "UPDATE studies SET study_date = iif(study_date = '', ?1, study_date), study_time = "
      "iif(study_time = '', ?2, study_time), "
      "study_description = iif(study_description = '', ?3, study_description), "
      "accession_number = iif(accession_number = '', ?4, accession_number), "
      "patient_name = iif(patient_name = '', ?5, patient_name), patient_id = iif(patient_id = '', "
      "?6, patient_id), "
      "patient_birth_date = iif(patient_birth_date = '', ?7, patient_birth_date), "
      "patient_sex = iif(patient_sex = '', ?8, patient_sex), "
      "referring_physician_name = iif(referring_physician_name = '', ?9, referring_physician_name) "
      "WHERE id = ?10");
  write.text(i.study.study_date)
      .text(i.study.study_time)
      .text(i.study.study_description)
      .text(i.study.accession_number);
  write.text(i.patient.name).text(i.patient.id).text(i.patient.birth_date).text(i.patient.sex);
  write.text(i.study.referring_physician_name).integer(study_id);
  return write.run();
}

/// The series' row, made when needed; `made` says so.
Result<std::int64_t> ensure_series(Database& database, std::int64_t study_id,
                                   dicom::Series const& series, bool& made) {
  auto read =
      database.statement("SELECT id FROM series WHERE study_id = ? AND series_instance_uid = ?");
  read.integer(study_id).text(series.series_instance_uid);
  auto const found = find_id(read);
  made = found && *found == 0;
  if (!made) return found;
  auto write = database.statement(
      "INSERT INTO series (study_id, series_instance_uid, modality, series_number) VALUES (?, ?, "
      "?, ?)");
  write.integer(study_id).text(series.series_instance_uid).text(series.modality);
  write.integer(series.series_number.value_or(0));
  if (auto const done = write.run(); !done) return std::unexpected(done.error());
  std::int64_t const id = database.last_row_id();
  auto count = database.statement("UPDATE studies SET series = series + 1 WHERE id = ?");
  if (auto const done = count.integer(study_id).run(); !done) return std::unexpected(done.error());
  return id;
}

std::string_view order_of(StudyQuery const& query) {
  using enum StudyQuery::Sort;
  bool const down = query.descending;
  switch (query.sort) {
    case date:
      return down ? "study_date DESC, study_time DESC, id DESC" : "study_date, study_time, id";
    case patient_name: return down ? "sort_name DESC, id DESC" : "sort_name, id";
    case patient_id: return down ? "sort_patient_id DESC, id DESC" : "sort_patient_id, id";
    case modality: return down ? "modalities DESC, id DESC" : "modalities, id";
    case description: return down ? "sort_description DESC, id DESC" : "sort_description, id";
    case instances: return down ? "instances DESC, id DESC" : "instances, id";
  }
  return "id";
}

std::vector<std::string> split(std::string const& joined) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start < joined.size();) {
    std::size_t const end = std::min(joined.find(kModalitySeparator, start), joined.size());
    parts.push_back(joined.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

StudySummary summary_at(Statement const& row) {
  StudySummary s;
  int column = 0;
  for (std::string* const field :
       {&s.study_instance_uid, &s.study_date, &s.study_time, &s.study_description,
        &s.accession_number, &s.patient_name, &s.patient_id, &s.patient_birth_date, &s.patient_sex,
        &s.referring_physician_name}) {
    *field = row.text_at(column++);
  }
  s.modalities = split(row.text_at(column++));
  s.series = static_cast<std::uint32_t>(row.integer_at(column++));
  s.instances = static_cast<std::uint32_t>(row.integer_at(column++));
  s.frames = static_cast<std::uint64_t>(row.integer_at(column++));
  s.bytes = static_cast<std::uint64_t>(row.integer_at(column++));
  s.pending = static_cast<std::uint32_t>(row.integer_at(column++));
  s.failed = static_cast<std::uint32_t>(row.integer_at(column++));
  s.conflicts = static_cast<std::uint32_t>(row.integer_at(column++));
  return s;
}

}  // namespace

Result<StudyRow> ensure_study(Database& database, dicom::Instance const& instance) {
  StudyRow row;
  auto const found = find_study(database, instance.study.study_instance_uid);
  if (!found) return std::unexpected(found.error());
  row.study_id = *found;
  if (row.study_id == 0) {
    auto const made = insert_study(database, instance);
    if (!made) return std::unexpected(made.error());
    row.study_id = *made;
  } else if (auto const done = fill_empty(database, row.study_id, instance); !done) {
    return std::unexpected(done.error());
  }
  bool new_series = false;
  auto const series = ensure_series(database, row.study_id, instance.series, new_series);
  if (!series) return std::unexpected(series.error());
  row.series_id = *series;
  if (auto const done = refresh_derived(database, row.study_id); !done)
    return std::unexpected(done.error());
  return row;
}

Status change_study(Database& database, std::int64_t study_id, StudyDelta const& delta) {
  if (auto const done = database.statement("UPDATE revisions SET last = last + 1").run(); !done)
    return done;
  auto write = database.statement(
      "UPDATE studies SET revision = (SELECT last FROM revisions), instances = instances + ?, "
      "frames = frames + ?, "
      "bytes = bytes + ?, pending = pending + ?, failed = failed + ?, failed_frames = "
      "failed_frames + ?, "
      "conflicts = conflicts + ? WHERE id = ?");
  write.integer(delta.instances)
      .integer(delta.frames)
      .integer(delta.bytes)
      .integer(delta.pending)
      .integer(delta.failed);
  return write.integer(delta.failed_frames).integer(delta.conflicts).integer(study_id).run();
}

Result<StudyPage> read_studies(Database& database, StudyQuery const& query) {
  if (query.limit > 1000) return fail(Errc::invalid_argument, "at most 1000 studies in a page");
  auto const words = search_words(query.search);
  std::string where;
  for (std::size_t i = 0; i < words.size(); ++i)
    where += i == 0 ? " WHERE instr(search, ?)" : " AND instr(search, ?)";

  StudyPage page;
  auto count = database.statement("SELECT count(*) FROM studies" + where);
  for (auto const& word : words) count.text(word);
  if (count.step()) page.total = static_cast<std::uint64_t>(count.integer_at(0));
  if (auto const done = count.status(); !done) return std::unexpected(done.error());

  auto read = database.statement(
      "SELECT study_instance_uid, study_date, study_time, study_description, accession_number, "
      "patient_name, patient_id, "
      "patient_birth_date, patient_sex, referring_physician_name, modalities, series, instances, "
      "frames, bytes, pending, "
      "failed, conflicts FROM studies" +
      where + " ORDER BY " + std::string(order_of(query)) + " LIMIT ? OFFSET ?");
  for (auto const& word : words) read.text(word);
  read.integer(query.limit).integer(query.offset);
  while (read.step()) page.studies.push_back(summary_at(read));
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return page;
}

}  // namespace sightline::server
