#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "codec/main_header.hpp"

namespace sightline::codec {

/// Half-open range on one axis. Source: ISO/IEC 15444-1 B.
struct AxisRange {
  std::uint64_t begin = 0, end = 0;
  [[nodiscard]] bool empty() const { return begin >= end; }
};

inline std::uint64_t ceil_shift(std::uint64_t value, unsigned shift) {
  return (value + (std::uint64_t{1} << shift) - 1) >> shift;
}

/// Cells of size 2^exponent, anchored at 0, that a range touches.
inline std::uint64_t cell_count(AxisRange range, unsigned exponent) {
  return range.empty() ? 0 : ceil_shift(range.end, exponent) - (range.begin >> exponent);
}

/// One axis of one component at one resolution.
struct ResolutionAxis {
  AxisRange component;        ///< tcx0..tcx1 (B-12)
  AxisRange resolution;       ///< trx0..trx1 (B-14)
  unsigned levels_above = 0;  ///< N_L - r
  unsigned precinct_exponent = 0;
  unsigned block_exponent = 0;
  unsigned step = 1;  ///< XRsiz
  bool is_lowest = false;

  [[nodiscard]] unsigned band_precinct_exponent() const {
    return is_lowest ? precinct_exponent : precinct_exponent - 1;
  }
  [[nodiscard]] unsigned band_block_exponent() const {
    return std::min(block_exponent, band_precinct_exponent());  // B-17, B-18
  }
  /// tbx0..tbx1 of a band that is high-pass (1) or low-pass (0) on this axis. B-15.
  [[nodiscard]] AxisRange band(unsigned high) const {
    unsigned const n = is_lowest ? levels_above : levels_above + 1;
    std::uint64_t const shift = high != 0 ? std::uint64_t{1} << (n - 1) : 0;
    auto const edge = [&](std::uint64_t value) {
      return value <= shift ? 0 : ceil_shift(value - shift, n);
    };
    return {edge(component.begin), edge(component.end)};
  }
  [[nodiscard]] std::uint64_t precincts() const {
    return cell_count(resolution, precinct_exponent);
  }
  [[nodiscard]] std::uint64_t first_precinct() const {
    return resolution.begin >> precinct_exponent;
  }
  /// Code-blocks of the precinct's part of a band on this axis.
  [[nodiscard]] std::uint64_t blocks(std::uint64_t precinct, unsigned high) const {
    unsigned const exponent = band_precinct_exponent();
    AxisRange const whole = band(high);
    AxisRange const part = {std::max(whole.begin, precinct << exponent),
                            std::min(whole.end, (precinct + 1) << exponent)};
    return cell_count(part, band_block_exponent());
  }
  /// The first of them, counted from the band's first code-block.
  [[nodiscard]] std::uint64_t first_block(std::uint64_t precinct, unsigned high) const {
    AxisRange const whole = band(high);
    std::uint64_t const begin = std::max(whole.begin, precinct << band_precinct_exponent());
    return (begin >> band_block_exponent()) - (whole.begin >> band_block_exponent());
  }
  /// Where the precinct begins on the reference grid, clipped to the tile. B.12.1.3.
  [[nodiscard]] std::uint64_t reference(std::uint64_t precinct, std::uint64_t tile_begin) const {
    return std::max(tile_begin, (precinct << precinct_exponent << levels_above) * step);
  }
};

struct ResolutionAxes {
  ResolutionAxis x, y;
};

/// Both axes of one resolution of a component in a tile {x0, y0, x1, y1}.
/// Source: ISO/IEC 15444-1 B.5 to B.7.
ResolutionAxes resolution_axes(ComponentSize const& size, CodingStyle const& style,
                               unsigned resolution, std::array<std::uint32_t, 4> const& area);

}  // namespace sightline::codec
