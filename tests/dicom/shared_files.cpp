#include "shared_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "source_folder.hpp"

namespace sightline::dicom_test {

std::filesystem::path shared_folder() {
  if (char const* const folder = std::getenv("SIGHTLINE_TEST_DICOM")) return folder;
  return source_folder() / ".." / "shared" / "dicom";
}

bool has_shared_files() { return std::filesystem::exists(shared_folder() / "EXPECT.tsv"); }

std::vector<std::filesystem::path> shared_files() {
  std::vector<std::filesystem::path> files;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(shared_folder())) {
    auto const extension = entry.path().extension();
    if (entry.is_regular_file() && extension != ".tsv" && extension != ".md" &&
        extension != ".txt") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t const end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<Row> read_table(std::filesystem::path const& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  auto const heading = split(line, '\t');
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    auto const values = split(line, '\t');
    Row row;
    for (std::size_t i = 0; i < heading.size(); ++i)
      row[heading[i]] = i < values.size() ? values[i] : "";
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::byte> read_file(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

}  // namespace sightline::dicom_test
