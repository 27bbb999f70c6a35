#include "codec/precinct_layout.hpp"

#include <algorithm>
#include <tuple>

namespace sightline::codec {
namespace {

/// Half-open range on one axis.
struct Range {
  std::uint64_t begin = 0, end = 0;
  [[nodiscard]] bool empty() const { return begin >= end; }
};

std::uint64_t ceil_shift(std::uint64_t value, unsigned shift) {
  return (value + (std::uint64_t{1} << shift) - 1) >> shift;
}

/// Cells of size 2^exponent, anchored at 0, that a range touches.
std::uint64_t cell_count(Range range, unsigned exponent) {
  return range.empty() ? 0 : ceil_shift(range.end, exponent) - (range.begin >> exponent);
}

/// One axis of one component at one resolution.
struct Axis {
  Range component;            ///< tcx0..tcx1 (B-12)
  Range resolution;           ///< trx0..trx1 (B-14)
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
  [[nodiscard]] Range band(unsigned high) const {
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
    Range const whole = band(high);
    Range const part = {std::max(whole.begin, precinct << exponent),
                        std::min(whole.end, (precinct + 1) << exponent)};
    return cell_count(part, band_block_exponent());
  }
  /// Where the precinct begins on the reference grid, clipped to the tile. B.12.1.3.
  [[nodiscard]] std::uint64_t reference(std::uint64_t precinct, std::uint64_t tile_begin) const {
    return std::max(tile_begin, (precinct << precinct_exponent << levels_above) * step);
  }
};

struct Axes {
  Axis x, y;
};

Axis make_axis(Range tile, unsigned step, unsigned levels_above, unsigned precinct_exponent,
               unsigned block_exponent, bool is_lowest) {
  Axis axis;
  axis.component = {(tile.begin + step - 1) / step, (tile.end + step - 1) / step};
  axis.resolution = {ceil_shift(axis.component.begin, levels_above),
                     ceil_shift(axis.component.end, levels_above)};
  axis.levels_above = levels_above;
  axis.precinct_exponent = precinct_exponent;
  axis.block_exponent = block_exponent;
  axis.step = step;
  axis.is_lowest = is_lowest;
  return axis;
}

Axes make_axes(ComponentSize const& size, CodingStyle const& style, unsigned resolution,
               std::array<std::uint32_t, 4> const& area) {
  unsigned const above = style.decompositions - resolution;
  bool const lowest = resolution == 0;
  return {
      make_axis({area[0], area[2]}, size.step_x, above, style.precinct_width_exponent[resolution],
                style.block_width_exponent, lowest),
      make_axis({area[1], area[3]}, size.step_y, above, style.precinct_height_exponent[resolution],
                style.block_height_exponent, lowest)};
}

Precinct make_precinct(Axes const& axes, std::uint64_t px, std::uint64_t py, std::size_t component,
                       std::array<std::uint32_t, 4> const& area) {
  Precinct precinct;
  precinct.x = axes.x.reference(px, area[0]);
  precinct.y = axes.y.reference(py, area[1]);
  precinct.component = static_cast<std::uint16_t>(component);
  precinct.bands = axes.x.is_lowest ? 1 : 3;
  for (unsigned band = 0; band < precinct.bands; ++band) {
    // HL, LH, HH are high-pass on x, on y, on both. Table B.1.
    unsigned const high = axes.x.is_lowest ? 0 : band + 1;
    auto const cols = static_cast<std::uint32_t>(axes.x.blocks(px, high & 1));
    auto const rows = static_cast<std::uint32_t>(axes.y.blocks(py, high >> 1));
    if (cols != 0 && rows != 0) precinct.grids[band] = {cols, rows};
  }
  return precinct;
}

}  // namespace

LayoutCost layout_cost(MainHeader const& header, std::vector<CodingStyle> const& styles,
                       std::array<std::uint32_t, 4> const& area) {
  LayoutCost cost;
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    for (unsigned r = 0; r <= styles[c].decompositions; ++r) {
      Axes const axes = make_axes(header.components[c], styles[c], r, area);
      // Each factor is below 2^33 and the sum has few terms; halving the precision keeps 64 bits.
      std::uint64_t const cap = std::uint64_t{1} << 31;
      std::uint64_t const wide = std::min(axes.x.precincts(), cap);
      std::uint64_t const high = std::min(axes.y.precincts(), cap);
      std::uint64_t const precincts = std::min(wide * high, std::uint64_t{1} << 48);
      // A band has at most its own cells plus one cut at each precinct's edge.
      auto const cells = [&](Axis const& axis, std::uint64_t count) {
        return std::min(cell_count(axis.band(0), axis.band_block_exponent()) + count, cap);
      };
      std::uint64_t const bands = r == 0 ? 1 : 3;
      std::uint64_t const blocks =
          std::min(cells(axes.x, wide) * cells(axes.y, high), std::uint64_t{1} << 48) * bands;
      cost.precincts += precincts;
      cost.blocks += blocks;
    }
  }
  return cost;
}

std::array<std::uint32_t, 4> single_tile_area(MainHeader const& header) {
  auto const end = [](std::uint32_t origin, std::uint32_t size, std::uint32_t limit) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{origin} + size, limit));
  };
  return {std::max(header.tile_x0, header.x0), std::max(header.tile_y0, header.y0),
          end(header.tile_x0, header.tile_width, header.x1),
          end(header.tile_y0, header.tile_height, header.y1)};
}

std::vector<std::vector<Precinct>> rpcl_precincts(MainHeader const& header) {
  auto const area = single_tile_area(header);
  std::vector<std::vector<Precinct>> resolutions;
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    CodingStyle const& style = header.styles[c];
    resolutions.resize(std::max<std::size_t>(resolutions.size(), style.decompositions + 1u));
    for (unsigned r = 0; r <= style.decompositions; ++r) {
      Axes const axes = make_axes(header.components[c], style, r, area);
      std::uint64_t const first_x = axes.x.first_precinct();
      std::uint64_t const first_y = axes.y.first_precinct();
      std::uint64_t const cols = axes.x.precincts();
      std::uint64_t const rows = cols == 0 ? 0 : axes.y.precincts();
      for (std::uint64_t row = 0; row < rows; ++row) {
        for (std::uint64_t col = 0; col < cols; ++col) {
          resolutions[r].push_back(make_precinct(axes, first_x + col, first_y + row, c, area));
        }
      }
    }
  }
  for (auto& precincts : resolutions) {
    // No two precincts of a component begin at one place: the order is total.
    std::sort(precincts.begin(), precincts.end(), [](Precinct const& a, Precinct const& b) {
      return std::tie(a.y, a.x, a.component) < std::tie(b.y, b.x, b.component);
    });
  }
  return resolutions;
}

}  // namespace sightline::codec
