#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"

namespace sightline::server {

/// A member of a ZIP file, as the central directory describes it. Source: APPNOTE.TXT 4.3.12.
struct ZipEntry {
  std::string name;  ///< a label, in bytes of no certain encoding: it leads nowhere
  bool is_deflated = false;
  std::uint32_t crc32 = 0;
  std::uint64_t compressed_bytes = 0, size_bytes = 0;
  std::uint64_t header_offset = 0;  ///< of the local header, from the beginning of the file
  std::string refusal;              ///< why it cannot be read; empty when it can
};

/// Whether a name ends so, in letters of either case.
bool has_ending(std::string_view name, std::string_view ending);

/// Whether this is a ZIP file: it begins as one; or it ends as one and is named like one, or like a
/// program that unpacks itself. DICOM never is, whatever its preamble pretends (PS3.10 7.1).
bool is_zip(ByteSource const& file, std::string_view name);

/// The members, folders left out. Reads the end of the file and the central directory, nothing
/// else. Errors: corrupt, truncated, unsupported, limit_exceeded; those of the reading.
Result<std::vector<ZipEntry>> read_zip_directory(ByteSource const& file);

}  // namespace sightline::server
