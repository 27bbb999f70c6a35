#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace sightline::wire_test {

/// tests/fixtures/wire of the source tree.
std::filesystem::path fixture_folder();
/// The files of a folder below it with this extension, in order of name.
std::vector<std::filesystem::path> fixture_files(std::string const& folder,
                                                 std::string const& extension);
std::vector<std::byte> read_bytes(std::filesystem::path const& path);
std::string read_text(std::filesystem::path const& path);

}  // namespace sightline::wire_test
