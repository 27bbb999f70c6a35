#pragma once
#include <filesystem>

namespace sightline {

/// The folder of the sources that the tests were built from. Compiled once: an object that names a
/// folder is of no use to the compiler cache of another clone.
std::filesystem::path source_folder();

}  // namespace sightline
