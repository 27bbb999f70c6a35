#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "index/statement.hpp"

namespace sightline::server {

/// One SQLite connection and its prepared statements. Threads: one at a time.
class Database {
 public:
  /// Creates the file (0600) if it is not there; WAL, synchronous=FULL, foreign keys, 10 s of
  /// patience with other processes. Errors: io, corrupt.
  static Result<std::unique_ptr<Database>> open(std::filesystem::path const& file);
  Database(Database const&) = delete;
  Database& operator=(Database const&) = delete;
  ~Database();

  /// Prepares once per text, so `sql` has to come from a small set. One run at a time per text.
  Statement statement(std::string const& sql);
  /// For texts that a request shapes: not kept. Runs before this object goes.
  Statement passing_statement(std::string const& sql);
  Status execute(std::string const& sql);
  std::int64_t last_row_id() const;

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3* handle_;
  std::map<std::string, sqlite3_stmt*, std::less<>> prepared_;
};

/// Rolls back unless committed. Errors: io (also when another process holds the lock too long).
class Transaction {
 public:
  /// IMMEDIATE takes the write lock at once, so that no later statement can fail for it.
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  /// Durable when it returns ok.
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace sightline::server
