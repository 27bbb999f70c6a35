#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/marker_segment.hpp"

namespace sightline::codec {

/// SPrgn by component: how many bit-planes coefficients of interest lie above all others; 0: there
/// is no region. Source: ISO/IEC 15444-1 A.6.3, H.1.
using RoiShifts = std::vector<std::uint8_t>;

/// Coefficients of 31 bits have no place for a larger one.
inline constexpr unsigned kMostRoiShift = 30;

/// What RGN among a header's segments sets, over `shifts`, which has one for each component: of two
/// of one component the later one holds, as OpenJPEG has it. False: a component that is not there,
/// another length, or a shift over kMostRoiShift. Source: ISO/IEC 15444-1 A.6.3.
[[nodiscard]] bool read_roi_shifts(std::span<std::byte const> codestream,
                                   std::span<MarkerSegment const> segments, RoiShifts& shifts);

}  // namespace sightline::codec
