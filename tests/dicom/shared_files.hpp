#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::dicom_test {

/// The folder of real files: $SIGHTLINE_TEST_DICOM, else ../shared/dicom beside the source tree.
/// May not exist.
std::filesystem::path shared_folder();
bool has_shared_files();
inline constexpr char kSkipped[] =
    "SKIPPED: needs the real DICOM files of ../shared/dicom (or SIGHTLINE_TEST_DICOM), which are "
    "not here";

/// Every DICOM file, in order of name; tables and texts are left out.
std::vector<std::filesystem::path> shared_files();

using Row = std::map<std::string, std::string>;
/// A table with a heading line; "\t" between columns.
std::vector<Row> read_table(std::filesystem::path const& path);

std::vector<std::byte> read_file(std::filesystem::path const& path);

std::vector<std::string> split(std::string_view text, char separator);

}  // namespace sightline::dicom_test
