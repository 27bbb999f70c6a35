#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// Red, green and blue tables of a PALETTE COLOR picture; nothing for a table that is missing or
/// damaged. `is_signed`: Pixel Representation (0028,0103) = 1. Threads: as Attributes. Source:
/// PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.
std::array<std::optional<Lut>, 3> read_palette(Attributes const& attributes, bool is_signed);

/// Expands Segmented Palette Color LUT Data: `units` are its words, or its bytes where entries have
/// 8 bits. At most `entry_count` entries come out. Nothing when a segment is damaged. Threads: any.
/// Source: PS3.3 C.7.9.2.
std::optional<std::vector<std::uint16_t>> expand_segments(std::span<std::uint16_t const> units,
                                                          bool units_are_bytes,
                                                          std::uint32_t entry_count);

}  // namespace sightline::dicom
