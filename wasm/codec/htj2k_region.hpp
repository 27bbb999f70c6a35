#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "codec/htj2k_plan.hpp"
#include "codec/precinct_layout.hpp"

namespace sightline::codec {

/// What of a tile {x0, y0, x1, y1} is in `shown`, an area of the reduced image's grid.
/// Source: ISO/IEC 15444-1 B-12, B-14.
HtArea shown_of_tile(std::array<std::uint32_t, 4> const& tile, std::uint32_t discard_levels,
                     HtArea const& shown);

/// Sets what of each resolution and band of a tile-component, coarsest first, has to be decoded for
/// `shown`, an area of the last one's grid: the samples that the wavelet's filters reach from it,
/// no others. Source: ISO/IEC 15444-1 F.3.6 to F.3.8, B-15.
void limit_to(HtArea const& shown, bool is_reversible, std::span<HtResolution> component);

/// Code-blocks of a band that touch what is needed of it, counted from its first one.
struct HtBlockRange {
  std::uint32_t first_col = 0, first_row = 0, end_col = 0, end_row = 0;
};
HtBlockRange needed_blocks(HtBand const& band);

/// Whether any code-block of a precinct is needed.
bool has_needed_blocks(Precinct const& precinct, HtResolution const& resolution);

}  // namespace sightline::codec
