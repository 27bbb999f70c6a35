#include "fixture.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "source_folder.hpp"

namespace sightline::wire_test {

std::filesystem::path fixture_folder() { return source_folder() / "tests" / "fixtures" / "wire"; }

std::vector<std::filesystem::path> fixture_files(std::string const& folder,
                                                 std::string const& extension) {
  std::vector<std::filesystem::path> files;
  for (auto const& entry : std::filesystem::directory_iterator(fixture_folder() / folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string read_text(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::byte> read_bytes(std::filesystem::path const& path) {
  std::string const text = read_text(path);
  auto const* const begin = reinterpret_cast<std::byte const*>(text.data());
  return {begin, begin + text.size()};
}

}  // namespace sightline::wire_test
