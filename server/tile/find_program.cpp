#include "tile/find_program.hpp"

#include <unistd.h>

#include <algorithm>

namespace sightline::server {

std::string find_program(std::string_view folders, std::string_view name) {
  while (!folders.empty()) {
    std::string_view const folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
    if (!folder.starts_with('/')) continue;
    std::string path = std::string(folder) + "/" + std::string(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace sightline::server
