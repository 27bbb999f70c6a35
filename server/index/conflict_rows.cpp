#include "index/conflict_rows.hpp"

#include "index/study_rows.hpp"

namespace sightline::server {

Result<bool> settle_conflict(Database& database, std::string const& sop_instance_uid) {
  struct Row {
    std::int64_t id, study_id;
    bool flagged;
  };
  std::vector<Row> rows;
  {
    auto read = database.statement(
        "SELECT id, study_id, conflict FROM instances WHERE sop_instance_uid = ?");
    read.text(sop_instance_uid);
    while (read.step())
      rows.push_back({read.integer_at(0), read.integer_at(1), read.integer_at(2) != 0});
    if (auto const done = read.status(); !done) return std::unexpected(done.error());
  }
  bool const conflict = rows.size() > 1;
  for (Row const& row : rows) {
    if (row.flagged == conflict) continue;
    auto write = database.statement("UPDATE instances SET conflict = ? WHERE id = ?");
    if (auto const done = write.integer(conflict).integer(row.id).run(); !done)
      return std::unexpected(done.error());
    auto const done = change_study(database, row.study_id, {.conflicts = conflict ? 1 : -1});
    if (!done) return std::unexpected(done.error());
  }
  return conflict;
}

Result<std::vector<std::string>> conflicting_uids(Database& database, std::int64_t study_id) {
  std::vector<std::string> uids;
  auto read = database.statement(
      "SELECT DISTINCT sop_instance_uid FROM instances WHERE study_id = ? AND conflict = 1");
  read.integer(study_id);
  while (read.step()) uids.push_back(read.text_at(0));
  if (auto const done = read.status(); !done) return std::unexpected(done.error());
  return uids;
}

}  // namespace sightline::server
