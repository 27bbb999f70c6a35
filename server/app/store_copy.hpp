#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/store.hpp"

namespace sightline::server {

struct CopyReport {
  std::uint64_t copied = 0, already_there = 0, bytes = 0;
  std::vector<std::string> damaged;  ///< hashes of originals that could not be copied whole
};

/// Copies a store as it is at one moment: the index first, then each original that it names, hashed
/// on the way, then the index to its name in `to`. Imports and the server go on meanwhile; removed
/// files stay until the end. `to` is a store afterwards (docs/backup.md). Given one that an earlier
/// copy has filled, only what is new is copied; killed, it can be begun again. Errors: io,
/// no_space, forbidden (another process has `to` open).
Result<CopyReport> copy_store(Store& from, std::filesystem::path const& to);

}  // namespace sightline::server
