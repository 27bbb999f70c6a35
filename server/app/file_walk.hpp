#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "blob/unique_fd.hpp"
#include "index/import_memory.hpp"

namespace sightline::server {

/// A path that could not be looked at.
struct WalkProblem {
  std::filesystem::path path;
  std::string reason;
};

struct WalkResult {
  std::vector<FileIdentity> files;  ///< regular files, in the order of their names
  std::vector<WalkProblem> problems;
};

/// Lists all regular files under the paths. Links are followed, each folder is visited once (so
/// links that make a loop end), files and folders whose name starts with a dot are left alone
/// unless given by name; devices, pipes and sockets are passed over.
WalkResult walk_files(std::vector<std::filesystem::path> const& roots);

/// Opens a file for reading, only if it is a regular one: no device is touched, no pipe is waited
/// for. Errors: io.
Result<UniqueFd> open_regular_file(std::filesystem::path const& path);

}  // namespace sightline::server
