#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/instance.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// The items of encapsulated Pixel Data. Source: PS3.5 A.4.
struct Fragments {
  std::vector<std::uint32_t> basic_offset_table;  ///< may be empty
  ByteSpan table;               ///< value of the item that should be the Basic Offset Table
  std::vector<ByteSpan> spans;  ///< values of the fragments, without their item headers
  std::uint64_t base = 0;       ///< where the first fragment's value begins: offsets count from it
  bool delimited = false;       ///< ended by its delimiter: nothing is missing
};

/// Bytes of an item's header: a span's item begins that far before the span.
inline constexpr std::uint64_t kItemHeaderBytes = 8;

/// Reads the item headers only. A value that is cut off is shortened; what comes after a fragment
/// and is none ends them without delimiter. Errors: corrupt, limit_exceeded. Threads: any.
/// Source: PS3.5 A.4, 7.5.
Result<Fragments> read_fragments(ByteSource const& bytes, ElementHeader const& pixel_data,
                                 Limits const& limits);

/// The fragments that an Extended Offset Table states, one a frame, where it says nothing that the
/// items contradict: they follow each other without a gap to the delimiter, and those of them that
/// are looked at, 64 at most, lie where they should. So the frames of a large object are found with
/// few readings. Nothing: the items must be read. Source: PS3.3 C.7.6.3.1.8, C.7.6.3.1.9.
std::optional<Fragments> stated_fragments(ByteSource const& bytes, ElementHeader const& pixel_data,
                                          std::vector<std::uint64_t> const& offsets,
                                          std::vector<std::uint64_t> const& lengths,
                                          Limits const& limits);

/// True when a fragment begins as a frame of this family does: SOI, SOC, JP2 signature, RLE header,
/// JPEG XL signature.
/// Source: ISO/IEC 10918-1 B.1.1.3, 15444-1 A.4.1, I.5.1, 14495-1 C.1; PS3.5 G.5.
bool begins_frame(ByteSource const& bytes, ByteSpan fragment, TransferSyntax::Family family);
/// Quirk "several frames in one fragment", though PS3.5 A.4 says that a fragment holds (a part of)
/// one: fragments are cut where a codestream ends and another begins. JPEG, JPEG-LS and JPEG 2000
/// codestreams never hold these bytes inside; other families are left as they are.
std::vector<ByteSpan> split_at_codestreams(ByteSource const& bytes,
                                           std::vector<ByteSpan> const& fragments,
                                           TransferSyntax::Family family, Limits const& limits);

/// The same of RLE, which has no mark: a frame ends where the runs of its last segment have filled
/// a plane of so many samples, at an even byte; what follows must begin as a frame does. Source:
/// PS3.5 G.3, G.5.
std::vector<ByteSpan> split_at_rle_frames(ByteSource const& bytes,
                                          std::vector<ByteSpan> const& fragments,
                                          std::uint64_t plane_samples, Limits const& limits);

/// True when the last of these fragments ends as a frame does (EOI, EOC, which may lie in two
/// fragments; up to 64 KiB of padding may follow). RLE has no end mark: always true.
bool ends_frame(ByteSource const& bytes, std::span<ByteSpan const> fragments,
                TransferSyntax::Family family);

}  // namespace sightline::dicom
