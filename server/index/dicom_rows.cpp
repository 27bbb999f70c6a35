#include "index/dicom_rows.hpp"

#include <array>
#include <string_view>
#include <tuple>

#include "index/gzip.hpp"
#include "index/search_text.hpp"

namespace sightline::server {
namespace {

using Column = DicomSearch::Column;
using Level = DicomSearch::Level;
using Match = DicomSearch::Match;

constexpr int kMetadataLevel = 6;

std::string_view expression_of(Column column) {
  switch (column) {
    case Column::study_instance_uid: return "s.study_instance_uid";
    case Column::study_date: return "s.study_date";
    case Column::study_time: return "s.study_time";
    case Column::study_date_time: return "(s.study_date || substr(s.study_time || '000000', 1, 6))";
    case Column::accession_number: return "s.accession_number";
    case Column::patient_id: return "s.patient_id";
    case Column::patient_name: return "s.sort_name";
    case Column::patient_birth_date: return "s.patient_birth_date";
    case Column::patient_sex: return "s.patient_sex";
    case Column::study_id: return "s.study_id_text";
    case Column::referring_physician_name: return "s.referring_physician_name";
    case Column::study_description: return "s.study_description";
    case Column::modalities_in_study: return "m.modality";
    case Column::series_instance_uid: return "e.series_instance_uid";
    case Column::modality: return "e.modality";
    case Column::series_number: return "CAST(e.series_number AS TEXT)";
    case Column::sop_instance_uid: return "i.sop_instance_uid";
    case Column::sop_class_uid: return "i.sop_class_uid";
    case Column::instance_number: return "CAST(i.instance_number AS TEXT)";
  }
  return "NULL";
}

/// `*` and `?` mean to GLOB what they mean to DICOM; `[` does not. Source: PS3.4 C.2.2.2.4.
std::string glob_of(std::string_view pattern) {
  std::string glob;
  for (char const c : pattern) {
    if (c == '[') {
      glob += "[[]";
    } else {
      glob += c;
    }
  }
  return glob;
}

std::string json_list(std::vector<std::string> const& values) {
  std::string list = "[";
  for (std::string const& value : values) {
    if (list.size() > 1) list += ',';
    list += '"';
    for (char const c : value) {
      if (c == '"' || c == '\\') list += '\\';
      if (static_cast<unsigned char>(c) >= 0x20) list += c;
    }
    list += '"';
  }
  return list + "]";
}

/// Whether an index holds this column of studies alone. A pattern that begins with a wildcard is
/// compared with all values, and those of an index are read faster than whole rows.
bool has_own_index(Column column) {
  switch (column) {
    case Column::accession_number:
    case Column::patient_id:
    case Column::patient_name:
    case Column::referring_physician_name:
    case Column::study_description: return true;
    default: return false;
  }
}

/// SQL of one condition, and its parameters in order.
std::string clause_of(DicomSearch::Condition const& condition, std::vector<std::string>& bound) {
  std::string const value(expression_of(condition.column));
  bool const is_name = condition.column == Column::patient_name;
  auto const folded = [&](std::string const& text) { return is_name ? fold_case(text) : text; };
  std::string clause;
  switch (condition.match) {
    case Match::equal: {
      std::vector<std::string> values;
      for (std::string const& one : condition.values) values.push_back(folded(one));
      if (values.size() == 1) {
        clause = value + " = ?";
        bound.push_back(values.front());
      } else {
        clause = value + " IN (SELECT value FROM json_each(?))";
        bound.push_back(json_list(values));
      }
      break;
    }
    case Match::wildcard:
      clause = has_own_index(condition.column)
                   ? "s.id IN (SELECT s.id FROM studies s WHERE " + value + " GLOB ?)"
                   : value + " GLOB ?";
      bound.push_back(glob_of(folded(condition.values.at(0))));
      break;
    case Match::range:
      clause = value + " <> ''";
      if (!condition.values.at(0).empty()) {
        clause += " AND " + value + " >= ?";
        bound.push_back(condition.values[0]);
      }
      if (!condition.values.at(1).empty()) {
        clause += " AND " + value + " <= ?";
        bound.push_back(condition.values[1]);
      }
      break;
  }
  if (condition.column == Column::modalities_in_study)
    return "EXISTS (SELECT 1 FROM series m WHERE m.study_id = s.id AND " + clause + ")";
  return "(" + clause + ")";
}

std::string_view select_of(Level level) {
  switch (level) {
    case Level::study:
      return "SELECT s.study_instance_uid, '', '', '', '', s.dicom, '', NULL, s.modalities, "
             "s.series, s.instances, 0 FROM studies s";
    case Level::series:
      return "SELECT s.study_instance_uid, e.series_instance_uid, '', '', '', s.dicom, e.dicom, "
             "NULL, s.modalities, s.series, s.instances, (SELECT count(*) FROM instances c WHERE "
             "c.series_id = e.id) FROM series e JOIN studies s ON s.id = e.study_id";
    case Level::instance: break;
  }
  return "SELECT s.study_instance_uid, e.series_instance_uid, i.sop_instance_uid, i.sop_class_uid, "
         "i.sha256, s.dicom, e.dicom, i.metadata, s.modalities, s.series, s.instances, 0 FROM "
         "instances i JOIN series e ON e.id = i.series_id JOIN studies s ON s.id = i.study_id";
}

std::string_view order_of(Level level) {
  switch (level) {
    case Level::study: return " ORDER BY s.study_date DESC, s.study_time DESC, s.id DESC";
    case Level::series:
      return " ORDER BY s.study_date DESC, s.study_time DESC, s.id DESC, e.series_number, e.id";
    case Level::instance: break;
  }
  return " ORDER BY s.study_date DESC, s.study_time DESC, s.id DESC, e.series_number, e.id, "
         "i.instance_number, i.id";
}

DicomRow row_at(Statement const& read) {
  DicomRow row;
  int column = 0;
  for (std::string* const field :
       {&row.study_instance_uid, &row.series_instance_uid, &row.sop_instance_uid,
        &row.sop_class_uid, &row.sha256_hex, &row.study, &row.series}) {
    *field = read.text_at(column++);
  }
  row.metadata = read.blob_at(column++);
  row.modalities_in_study = read.text_at(column++);
  row.series_in_study = static_cast<std::uint32_t>(read.integer_at(column++));
  row.instances_in_study = static_cast<std::uint32_t>(read.integer_at(column++));
  row.instances_in_series = static_cast<std::uint32_t>(read.integer_at(column++));
  return row;
}

}  // namespace

Status visit_dicom_rows(Database& database, DicomSearch const& search, DicomVisit const& visit) {
  std::string sql(select_of(search.level));
  std::vector<std::string> bound;
  std::string_view joint = " WHERE ";
  for (DicomSearch::Condition const& condition : search.conditions) {
    sql.append(joint).append(clause_of(condition, bound));
    joint = " AND ";
  }
  sql += order_of(search.level);
  auto read = database.passing_statement(sql);
  for (std::string const& value : bound) read.text(value);
  while (read.step()) {
    if (!visit(row_at(read))) return {};
  }
  return read.status();
}

Status write_documents(Database& database, std::string const& sha256_hex,
                       DicomDocuments const& documents) {
  auto const packed =
      gzip(std::as_bytes(std::span(documents.metadata.data(), documents.metadata.size())),
           kMetadataLevel);
  if (!packed) return std::unexpected(packed.error());
  std::int64_t study = 0, series = 0;
  {
    auto find = database.statement("SELECT study_id, series_id FROM instances WHERE sha256 = ?");
    find.text(sha256_hex);
    if (find.step()) study = find.integer_at(0), series = find.integer_at(1);
    if (auto const done = find.status(); !done) return done;
  }
  if (study == 0) return fail(Errc::not_found, "no such instance");
  auto instance = database.statement("UPDATE instances SET metadata = ? WHERE sha256 = ?");
  instance.blob(std::as_bytes(std::span(packed->data(), packed->size()))).text(sha256_hex);
  if (auto const done = instance.run(); !done) return done;
  for (auto const& [sql, text, id] :
       {std::tuple{"UPDATE studies SET dicom = ? WHERE id = ? AND dicom = ''", &documents.study,
                   study},
        std::tuple{"UPDATE series SET dicom = ? WHERE id = ? AND dicom = ''", &documents.series,
                   series}}) {
    auto write = database.statement(sql);
    if (auto const done = write.text(*text).integer(id).run(); !done) return done;
  }
  return {};
}

Status write_columns(Database& database, std::string const& sha256_hex, dicom::Instance const& i) {
  auto instance = database.statement(
      "UPDATE instances SET sop_class_uid = ?, instance_number = ? WHERE sha256 = ?");
  instance.text(i.sop_class_uid).integer(i.instance_number.value_or(0)).text(sha256_hex);
  if (auto const done = instance.run(); !done) return done;
  auto series = database.statement(
      "UPDATE series SET series_number = ? WHERE id = (SELECT series_id FROM instances WHERE "
      "sha256 = ?)");
  if (auto const done = series.integer(i.series.series_number.value_or(0)).text(sha256_hex).run();
      !done)
    return done;
  auto study = database.statement(
      "UPDATE studies SET study_id_text = ? WHERE study_id_text = '' AND id = (SELECT study_id "
      "FROM instances WHERE sha256 = ?)");
  return study.text(i.study.study_id).text(sha256_hex).run();
}

}  // namespace sightline::server
