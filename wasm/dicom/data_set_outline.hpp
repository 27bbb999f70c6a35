#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/element_scanner.hpp"

namespace sightline::dicom {

/// What lies where at the top level of a data set, and the part of it that is worth parsing.
struct DataSetOutline {
  /// The elements that Sightline reads, as a data set of their own in the same encoding, headers
  /// repaired, sequences proved to be whole and not nested too deeply. Small: Pixel Data and all
  /// that is not named in the table is left out.
  std::vector<std::byte> kept;
  /// (7FE0,0010), or Float (7FE0,0008) or Double Float Pixel Data (7FE0,0009): by its tag
  std::optional<ElementHeader> pixel_data;
  std::optional<ElementHeader> extended_offset_table;    ///< (7FE0,0001)
  std::optional<ElementHeader> extended_offset_lengths;  ///< (7FE0,0002)
  std::vector<ElementHeader> overlay_data;               ///< (60xx,3000), PS3.3 C.9.2
};

/// Source: PS3.3 C.7.6.24, C.7.6.25.
inline constexpr std::uint32_t kFloatPixelData = 0x7FE00008, kDoubleFloatPixelData = 0x7FE00009;

/// Walks the data set that begins at `offset` up to Pixel Data. `more`: tags to keep beside those
/// of an image, ascending. Errors: truncated, corrupt, limit_exceeded, those of reading `bytes`.
/// Threads: any. Source:
/// PS3.5 7.
Result<DataSetOutline> outline_data_set(ByteSource bytes, std::uint64_t offset,
                                        ElementEncoding encoding, Limits const& limits,
                                        std::span<std::uint32_t const> more = {});

}  // namespace sightline::dicom
