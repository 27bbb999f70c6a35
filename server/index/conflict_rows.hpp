#pragma once
#include <string>
#include <vector>

#include "index/database.hpp"

namespace sightline::server {

/// Instances that share a SOP Instance UID but not their bytes carry a flag, all of them, in
/// whatever study they are. All inside the caller's transaction. Errors: io.

/// Sets or clears the flag on every instance of this UID, as their number now demands, with their
/// studies' counters. Returns whether they are in conflict.
Result<bool> settle_conflict(Database& database, std::string const& sop_instance_uid);

/// The flagged UIDs of one study: to be settled after its rows are gone.
Result<std::vector<std::string>> conflicting_uids(Database& database, std::int64_t study_id);

}  // namespace sightline::server
