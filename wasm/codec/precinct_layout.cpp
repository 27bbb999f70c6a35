#include "codec/precinct_layout.hpp"

#include <algorithm>

#include "codec/resolution_axis.hpp"

namespace sightline::codec {
namespace {

ResolutionAxis make_axis(AxisRange tile, unsigned step, unsigned levels_above,
                         unsigned precinct_exponent, unsigned block_exponent, bool is_lowest) {
  ResolutionAxis axis;
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

Precinct make_precinct(ResolutionAxes const& axes, std::uint64_t px, std::uint64_t py,
                       std::size_t component, unsigned resolution,
                       std::array<std::uint32_t, 4> const& area) {
  Precinct precinct;
  precinct.x = axes.x.reference(px, area[0]);
  precinct.y = axes.y.reference(py, area[1]);
  precinct.component = static_cast<std::uint16_t>(component);
  precinct.resolution = static_cast<std::uint8_t>(resolution);
  precinct.bands = axes.x.is_lowest ? 1 : 3;
  for (unsigned band = 0; band < precinct.bands; ++band) {
    // HL, LH, HH are high-pass on x, on y, on both. Table B.1.
    unsigned const high = axes.x.is_lowest ? 0 : band + 1;
    auto const cols = static_cast<std::uint32_t>(axes.x.blocks(px, high & 1));
    auto const rows = static_cast<std::uint32_t>(axes.y.blocks(py, high >> 1));
    if (cols == 0 || rows == 0) continue;
    precinct.grids[band] = {cols, rows,
                            static_cast<std::uint32_t>(axes.x.first_block(px, high & 1)),
                            static_cast<std::uint32_t>(axes.y.first_block(py, high >> 1))};
  }
  return precinct;
}

}  // namespace

ResolutionAxes resolution_axes(ComponentSize const& size, CodingStyle const& style,
                               unsigned resolution, std::array<std::uint32_t, 4> const& area) {
  unsigned const above = style.decompositions - resolution;
  bool const lowest = resolution == 0;
  return {
      make_axis({area[0], area[2]}, size.step_x, above, style.precinct_width_exponent[resolution],
                style.block_width_exponent, lowest),
      make_axis({area[1], area[3]}, size.step_y, above, style.precinct_height_exponent[resolution],
                style.block_height_exponent, lowest)};
}

LayoutCost layout_cost(MainHeader const& header, std::vector<CodingStyle> const& styles,
                       std::array<std::uint32_t, 4> const& area) {
  LayoutCost cost;
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    for (unsigned r = 0; r <= styles[c].decompositions; ++r) {
      ResolutionAxes const axes = resolution_axes(header.components[c], styles[c], r, area);
      // Each factor is below 2^33 and the sum has few terms; halving the precision keeps 64 bits.
      std::uint64_t const cap = std::uint64_t{1} << 31;
      std::uint64_t const wide = std::min(axes.x.precincts(), cap);
      std::uint64_t const high = std::min(axes.y.precincts(), cap);
      std::uint64_t const precincts = std::min(wide * high, std::uint64_t{1} << 48);
      // A band has at most its own cells plus one cut at each precinct's edge.
      auto const cells = [&](ResolutionAxis const& axis, std::uint64_t count) {
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

std::array<std::uint32_t, 4> tile_area(MainHeader const& header, std::uint32_t tile) {
  std::uint64_t const across =
      (std::uint64_t{header.x1} - header.tile_x0 + header.tile_width - 1) / header.tile_width;
  std::uint64_t const x = header.tile_x0 + tile % across * header.tile_width;
  std::uint64_t const y = header.tile_y0 + tile / across * header.tile_height;
  auto const clip = [](std::uint64_t value, std::uint32_t low, std::uint32_t high) {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(value, low, high));
  };
  return {clip(x, header.x0, header.x1), clip(y, header.y0, header.y1),
          clip(x + header.tile_width, header.x0, header.x1),
          clip(y + header.tile_height, header.y0, header.y1)};
}

std::vector<Precinct> tile_precincts(MainHeader const& header, TileCoding const& coding,
                                     std::array<std::uint32_t, 4> const& area) {
  std::vector<Precinct> precincts;
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    CodingStyle const& style = coding.styles[c];
    for (unsigned r = 0; r <= style.decompositions; ++r) {
      ResolutionAxes const axes = resolution_axes(header.components[c], style, r, area);
      std::uint64_t const first_x = axes.x.first_precinct();
      std::uint64_t const first_y = axes.y.first_precinct();
      std::uint64_t const cols = axes.x.precincts();
      std::uint64_t const rows = cols == 0 ? 0 : axes.y.precincts();
      for (std::uint64_t row = 0; row < rows; ++row) {
        for (std::uint64_t col = 0; col < cols; ++col) {
          precincts.push_back(make_precinct(axes, first_x + col, first_y + row, c, r, area));
          precincts.back().number = static_cast<std::uint32_t>(precincts.size() - 1);
        }
      }
    }
  }
  return precincts;
}

void sort_by_progression(std::span<Precinct> precincts, std::uint8_t progression) {
  // No two precincts of a component's resolution begin at one place: each order is total.
  auto const key = [progression](Precinct const& p) -> std::array<std::uint64_t, 4> {
    switch (progression) {
      case 2: return {p.resolution, p.y, p.x, p.component};   // RPCL
      case 3: return {p.y, p.x, p.component, p.resolution};   // PCRL
      case 4: return {p.component, p.y, p.x, p.resolution};   // CPRL
      default: return {p.resolution, p.component, p.y, p.x};  // LRCP, RLCP: of one layer the same
    }
  };
  std::sort(precincts.begin(), precincts.end(),
            [&](Precinct const& a, Precinct const& b) { return key(a) < key(b); });
}

std::vector<std::vector<Precinct>> rpcl_precincts(MainHeader const& header) {
  auto precincts = tile_precincts(header, header.coding, single_tile_area(header));
  sort_by_progression(precincts, 2);
  std::size_t most = 0;
  for (CodingStyle const& style : header.coding.styles) {
    most = std::max<std::size_t>(most, style.decompositions + 1u);
  }
  std::vector<std::vector<Precinct>> resolutions(most);
  for (Precinct const& each : precincts) resolutions[each.resolution].push_back(each);
  return resolutions;
}

}  // namespace sightline::codec
