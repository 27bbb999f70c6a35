#pragma once
#include "base/error.hpp"
#include "index/database.hpp"

namespace sightline::server {

/// Brings the database to this program's version, one transaction per step. Errors: io; unsupported
/// when a newer program has made it.
Status migrate(Database& database);

}  // namespace sightline::server
