#include "dicom/media_directory.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/uid.hpp"
#include "dicom/attributes.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kDirectoryRecordSequence = 0x00041220, kReferencedFileId = 0x00041500,
                        kReferencedSopInstanceUid = 0x00041511;
constexpr std::size_t kMaxFileIdBytes = 128;  ///< PS3.10 8.2: eight components of eight; doubled

/// PS3.10 8.2 allows A-Z, 0-9 and _; media hold more. Nothing that could be taken for markup of a
/// list or for another place: no control character, no component of points.
bool is_file_id(std::string const& path) {
  return !path.empty() && path.size() <= kMaxFileIdBytes && path.find("..") == std::string::npos &&
         std::ranges::none_of(path, [](char c) {
           auto const code = static_cast<unsigned char>(c);
           return code < 0x20 || code >= 0x7F;
         });
}

/// The components below the DICOMDIR's own folder, joined by '/'. Quirks "a path for a File ID":
/// components separated by /, a drive before them, a separator or a point at the begin.
std::string path_of(std::string file_id) {
  std::ranges::replace(file_id, '\\', '/');
  std::string path;
  for (std::size_t begin = 0; begin <= file_id.size();) {
    std::size_t const end = std::min(file_id.find('/', begin), file_id.size());
    std::string const component = file_id.substr(begin, end - begin);
    bool const is_drive = path.empty() && component.size() == 2 && component[1] == ':';
    if (!component.empty() && component != "." && !is_drive)
      path += (path.empty() ? "" : "/") + component;
    begin = end + 1;
  }
  return path;
}

}  // namespace

Result<std::vector<MediaFile>> read_media_directory(std::span<std::byte const> file,
                                                    Limits const& limits) {
  auto const part10 = read_part10(file, limits);
  if (!part10) return std::unexpected(part10.error());
  auto const outline = outline_data_set(part10->data_set(file), part10->data_set_offset,
                                        part10->syntax.elements, limits);
  if (!outline) return std::unexpected(outline.error());
  auto const data_set = DataSet::parse(outline->kept, part10->syntax.elements, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Attributes const attributes = data_set->attributes();
  if (!attributes.has(kDirectoryRecordSequence))
    return fail(Errc::unsupported, "no media directory");

  std::vector<MediaFile> files;
  for (Attributes const& record : attributes.items(kDirectoryRecordSequence)) {
    MediaFile named{record.code(kReferencedFileId), record.code(kReferencedSopInstanceUid)};
    if (!is_file_id(named.path)) continue;
    named.path = path_of(named.path);
    if (named.path.empty()) continue;
    if (!is_uid(named.sop_instance_uid)) named.sop_instance_uid.clear();
    files.push_back(std::move(named));
  }
  return files;
}

}  // namespace sightline::dicom
