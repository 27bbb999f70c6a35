#include "source_folder.hpp"

namespace sightline {

std::filesystem::path source_folder() { return SIGHTLINE_SOURCE_DIR; }

}  // namespace sightline
