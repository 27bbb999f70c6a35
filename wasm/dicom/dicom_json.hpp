#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

struct DicomJsonOptions {
  /// What stands before the path in a BulkDataURI: bulk_prefix + "/" + path. The path is the tag
  /// ("7FE00010"), in an item "tag/1-based item/tag" ("00400260/2/00420011").
  std::string bulk_prefix;
  /// OB OD OF OL OV OW UN up to here are InlineBinary, longer ones a BulkDataURI. Pixel Data of any
  /// kind is always a BulkDataURI.
  std::uint32_t max_inline_bytes = 1024;
};

/// The most that dicom_json makes of one instance.
inline constexpr std::size_t kMaxDicomJsonBytes = 64u << 20;

/// Levels of sequences within each other; more than reports nest content (kMaxContentLevels).
inline constexpr std::uint32_t kMaxDicomJsonLevels = 110;

/// The data set of a file as one object of the DICOM JSON Model, ascending by tag, in UTF-8: text
/// is converted from the Specific Character Set of the data set or the item, and (0008,0005) is
/// written as ISO_IR 192. Left out: group 0002, group lengths, (FFFC,FFFC), and sequences that are
/// broken inside. Text over limits.max_text_bytes is cut. It may stand inside a script element: see
/// json_quote. Errors: as read_instance; limit_exceeded over kMaxDicomJsonBytes and beyond
/// kMaxDicomJsonLevels, whatever limits.max_sequence_depth says. Threads: any.
/// Source: PS3.18 F.2.
Result<std::string> dicom_json(ByteSource file, DicomJsonOptions const& options,
                               Limits const& limits = kDefaultLimits);

/// Where the value of a BulkDataURI lies.
struct BulkPlace {
  ByteSpan span;         ///< in the file, or in the inflated data set
  std::string vr;        ///< one of OB OD OF OL OV OW UN
  bool verbatim = true;  ///< The span's bytes in the file are the value. Else see bulk_value.
  /// Not empty: the value is one frame (of an icon) in this transfer syntax, and the span holds the
  /// items of its fragments.
  std::string encapsulated_in{};
};

/// Finds the value that a path of dicom_json names, without copying it. Encapsulated Pixel Data of
/// the data set itself is not_found: its frames are asked for singly. That of an item, an icon's,
/// is one frame (PS3.3 F.7). Errors: not_found; invalid_argument (no path); truncated (the file
/// ends inside the value); else as read_instance. Threads: any.
Result<BulkPlace> find_bulk_value(ByteSource file, std::string_view path,
                                  Limits const& limits = kDefaultLimits);

/// A copy of that value, words in little-endian order, fragments joined. Errors: as
/// find_bulk_value. Threads: any. Source: PS3.18 10.4.1.1.5 (uncompressed bulk data is Explicit VR
/// Little Endian).
Result<std::vector<std::byte>> bulk_value(ByteSource file, std::string_view path,
                                          Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
