#include "index/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sightline::server {

Result<std::unique_ptr<Database>> Database::open(std::filesystem::path const& path) {
  // SQLITE_OPEN_NOFOLLOW refuses links in any part of a path; only the file itself must not be one.
  std::error_code ec;
  auto const file = std::filesystem::canonical(path.parent_path(), ec) / path.filename();
  if (ec) return fail(Errc::io, "cannot find the index folder");
  // SQLite gives its -wal and -shm files the mode of the database: create it as ours alone. One
  // that is there must not be opened here: closing it would drop the locks of this process's other
  // connections (POSIX), and the next process to end would take the log away under them.
  int const created = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (created < 0 && errno != EEXIST) return fail(Errc::io, "cannot create the index file");
  if (created >= 0) ::close(created);
  sqlite3* handle = nullptr;
  int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  int const code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return fail(Errc::io, "cannot open the index file");
  sqlite3_busy_timeout(handle, 10'000);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1 << 30);
  for (char const* const pragma :
       {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
        "PRAGMA trusted_schema=OFF", "PRAGMA cache_size=-16384"}) {
    if (auto const done = database->execute(pragma); !done) return std::unexpected(done.error());
  }
  return database;
}

Database::~Database() {
  for (auto const& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Statement Database::statement(std::string const& sql) {
  auto const found = prepared_.find(sql);
  if (found != prepared_.end()) return {handle_, found->second};
  sqlite3_stmt* made = nullptr;
  int const code = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) return {handle_, nullptr};
  prepared_.emplace(sql, made);
  return {handle_, made};
}

Statement Database::passing_statement(std::string const& sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &made, nullptr) !=
      SQLITE_OK)
    return {handle_, nullptr};
  return {handle_, made, Statement::Keep::none};
}

Status Database::execute(std::string const& sql) {
  sqlite3_stmt* made = nullptr;
  char const* rest = sql.c_str();
  while (*rest != '\0') {
    if (sqlite3_prepare_v2(handle_, rest, -1, &made, &rest) != SQLITE_OK)
      return Statement(handle_, nullptr).status();
    if (!made) break;  // only white space was left
    Status const done = Statement(handle_, made).run();
    sqlite3_finalize(made);
    if (!done) return done;
  }
  return {};
}

std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(handle_); }

Result<Transaction> Transaction::begin(Database& database) {
  if (auto const done = database.statement("BEGIN IMMEDIATE").run(); !done)
    return std::unexpected(done.error());
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_) (void)database_->statement("ROLLBACK").run();
}

Status Transaction::commit() {
  Status done = database_->statement("COMMIT").run();
  if (done) database_ = nullptr;
  return done;
}

}  // namespace sightline::server
