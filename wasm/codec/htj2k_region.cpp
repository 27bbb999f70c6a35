#include "codec/htj2k_region.hpp"

#include <algorithm>

#include "codec/resolution_axis.hpp"

namespace sightline::codec {
namespace {

HtArea intersection(HtArea const& a, HtArea const& b) {
  HtArea both{std::max(a.x0, b.x0), std::max(a.y0, b.y0), 0, 0};
  // Each axis of its own: a band without columns may have rows, which are pulled.
  both.x1 = std::max(both.x0, std::min(a.x1, b.x1));
  both.y1 = std::max(both.y0, std::min(a.y1, b.y1));
  return both;
}

/// Half-open, on one axis.
struct Line {
  std::uint32_t begin = 0, end = 0;
};

/// A lifting step reads one sample to each side, and even samples are finished a step before odd
/// ones. Beyond the signal's own ends there is nothing, for they are mirrored.
Line filter_support(Line shown, Line whole, std::uint32_t steps) {
  if (shown.begin >= shown.end) return shown;
  std::uint32_t const before = steps - (shown.begin % 2 == 0 ? 1 : 0);
  std::uint32_t const after = steps - ((shown.end - 1) % 2 == 0 ? 1 : 0);
  return {shown.begin - std::min(before, shown.begin - whole.begin),
          shown.end + std::min(after, whole.end - shown.end)};
}

/// Samples of the low- (0) or high-pass (1) half that become a resolution's. B-15 of one level.
Line half_of(Line joined, unsigned high) {
  std::uint32_t const up = 1 - high;  // ceil for even places, floor for odd ones
  auto const edge = [&](std::uint32_t at) { return at / 2 + (at % 2 & up); };
  return {edge(joined.begin), edge(joined.end)};
}

HtArea half_of(HtArea const& joined, unsigned high) {
  Line const x = half_of(Line{joined.x0, joined.x1}, high & 1);
  Line const y = half_of(Line{joined.y0, joined.y1}, high >> 1);
  return {x.begin, y.begin, x.end, y.end};
}

}  // namespace

HtArea shown_of_tile(std::array<std::uint32_t, 4> const& tile, std::uint32_t discard_levels,
                     HtArea const& shown) {
  auto const reduced = [&](std::uint32_t edge) {
    return static_cast<std::uint32_t>(ceil_shift(edge, discard_levels));
  };
  return intersection({reduced(tile[0]), reduced(tile[1]), reduced(tile[2]), reduced(tile[3])},
                      shown);
}

void limit_to(HtArea const& shown, bool is_reversible, std::span<HtResolution> component) {
  std::uint32_t const steps = is_reversible ? 2 : 4;
  HtArea asked = shown;
  for (std::size_t r = component.size(); r-- > 0;) {
    HtResolution& here = component[r];
    here.shown = intersection(here.area, asked);
    here.synthesized = here.shown;
    if (r == 0) {
      here.bands[0].needed = here.shown;
      return;
    }
    Line const x =
        filter_support({here.shown.x0, here.shown.x1}, {here.area.x0, here.area.x1}, steps);
    Line const y =
        filter_support({here.shown.y0, here.shown.y1}, {here.area.y0, here.area.y1}, steps);
    here.synthesized = {x.begin, y.begin, x.end, y.end};
    for (HtBand& band : here.bands) band.needed = half_of(here.synthesized, band.high);
    asked = half_of(here.synthesized, 0);
  }
}

HtBlockRange needed_blocks(HtBand const& band) {
  HtBlockRange range;
  if (band.needed.is_empty()) return range;
  unsigned const wide = band.block_width_exponent, high = band.block_height_exponent;
  range.first_col = (band.needed.x0 >> wide) - (band.area.x0 >> wide);
  range.end_col = ((band.needed.x1 - 1) >> wide) - (band.area.x0 >> wide) + 1;
  range.first_row = (band.needed.y0 >> high) - (band.area.y0 >> high);
  range.end_row = ((band.needed.y1 - 1) >> high) - (band.area.y0 >> high) + 1;
  return range;
}

bool has_needed_blocks(Precinct const& precinct, HtResolution const& resolution) {
  for (std::size_t n = 0; n < resolution.bands.size(); ++n) {
    BlockGrid const& grid = precinct.grids[n];
    HtBlockRange const range = needed_blocks(resolution.bands[n]);
    bool const is_beside =
        grid.first_col >= range.end_col || grid.first_col + grid.cols <= range.first_col;
    bool const is_above_or_below =
        grid.first_row >= range.end_row || grid.first_row + grid.rows <= range.first_row;
    if (!is_beside && !is_above_or_below) return true;
  }
  return false;
}

}  // namespace sightline::codec
