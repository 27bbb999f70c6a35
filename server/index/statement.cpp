#include "index/statement.hpp"

#include <sqlite3.h>

namespace sightline::server {

Statement::Statement(sqlite3* database, sqlite3_stmt* prepared, Keep keep)
    : database_(database), prepared_(prepared), keep_(keep) {
  if (!prepared_) error_ = database_ ? sqlite3_errcode(database_) : SQLITE_MISUSE;
  if (!prepared_ && error_ == SQLITE_OK) error_ = SQLITE_ERROR;
}

Statement::~Statement() {
  if (!prepared_) return;
  if (keep_ == Keep::none) {
    sqlite3_finalize(prepared_);
    return;
  }
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

void Statement::check(int code) {
  if (error_ == SQLITE_OK && code != SQLITE_OK) error_ = code;
}

Statement& Statement::text(std::string_view value) {
  // A null pointer would bind NULL; SQLITE_TRANSIENT copies.
  char const* const data = value.data() ? value.data() : "";
  if (error_ == SQLITE_OK) {
    check(
        sqlite3_bind_text64(prepared_, next_++, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  return *this;
}

Statement& Statement::integer(std::int64_t value) {
  if (error_ == SQLITE_OK) check(sqlite3_bind_int64(prepared_, next_++, value));
  return *this;
}

Statement& Statement::blob(std::span<std::byte const> value) {
  void const* const data = value.empty() ? static_cast<void const*>("") : value.data();
  if (error_ == SQLITE_OK)
    check(sqlite3_bind_blob64(prepared_, next_++, data, value.size(), SQLITE_TRANSIENT));
  return *this;
}

bool Statement::step() {
  if (error_ != SQLITE_OK) return false;
  int const code = sqlite3_step(prepared_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) error_ = code;
  return false;
}

Status Statement::run() {
  while (step()) {
  }
  return status();
}

Status Statement::status() const {
  switch (error_ & 0xff) {
    case SQLITE_OK: return {};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail(Errc::corrupt, "the index database is damaged");
    case SQLITE_FULL: return fail(Errc::no_space, "no space left for the index");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail(Errc::io, "the index is locked by another process");
    case SQLITE_NOMEM: return fail(Errc::out_of_memory, "the index ran out of memory");
    default: return fail(Errc::io, std::string("the index failed: ") + sqlite3_errstr(error_));
  }
}

std::string Statement::text_at(int column) const {
  auto const* const data = reinterpret_cast<char const*>(sqlite3_column_text(prepared_, column));
  return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column)))
              : std::string();
}

std::int64_t Statement::integer_at(int column) const {
  return sqlite3_column_int64(prepared_, column);
}

std::span<std::byte const> Statement::blob_at(int column) const {
  auto const* const data = static_cast<std::byte const*>(sqlite3_column_blob(prepared_, column));
  if (!data) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column))};
}

}  // namespace sightline::server
