#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sightline::server {

/// One run of a prepared SQL statement: bind, step, read. Errors are sticky: after one, step()
/// gives false and status() says what happened, so a run is checked once. Threads: one object, one
/// thread.
class Statement {
 public:
  enum class Keep : std::uint8_t { prepared, none };
  /// Takes a statement that `Database` keeps (it is reset when this object goes), or one that goes
  /// with this object.
  Statement(sqlite3* database, sqlite3_stmt* prepared, Keep keep = Keep::prepared);
  Statement(Statement const&) = delete;
  Statement& operator=(Statement const&) = delete;
  ~Statement();

  /// Binds the next `?`.
  Statement& text(std::string_view value);
  Statement& integer(std::int64_t value);
  Statement& blob(std::span<std::byte const> value);

  /// True while there is a row.
  bool step();
  /// Runs a statement without rows.
  Status run();
  Status status() const;

  std::string text_at(int column) const;
  std::int64_t integer_at(int column) const;
  /// Lifetime: until the next step().
  std::span<std::byte const> blob_at(int column) const;

 private:
  void check(int code);

  sqlite3* database_;
  sqlite3_stmt* prepared_;
  Keep keep_;
  int next_ = 1;
  int error_ = 0;
};

}  // namespace sightline::server
