#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/main_header.hpp"

namespace sightline::codec {

/// The code-blocks of one precinct in one sub-band.
struct BlockGrid {
  std::uint32_t cols = 0, rows = 0;
  std::uint32_t first_col = 0, first_row = 0;  ///< Counted from the band's first code-block.
};

/// One precinct of one component at one resolution, which with one layer is one packet.
struct Precinct {
  std::uint64_t y = 0, x = 0;  ///< Where it begins on the reference grid: its place in RPCL order.
  std::uint16_t component = 0;
  std::uint8_t resolution = 0;
  std::uint8_t bands = 0;    ///< 1 at the lowest resolution (LL), else 3 (HL, LH, HH).
  std::uint32_t number = 0;  ///< Of tile_precincts, in whichever order they are.
  std::array<BlockGrid, 3> grids{};
};

/// How much a stream's structure costs to walk or to decode, before anything is allocated for it.
struct LayoutCost {
  std::uint64_t precincts = 0, blocks = 0;
};

/// Counts precincts and (an upper bound of) code-blocks of one tile covering [x0,x1) x [y0,y1).
/// Saturates; never overflows. Source: ISO/IEC 15444-1 B.6, B.7.
LayoutCost layout_cost(MainHeader const& header, std::vector<CodingStyle> const& styles,
                       std::array<std::uint32_t, 4> const& x0_y0_x1_y1);

/// Precincts of a single-tile stream by resolution, each in RPCL order. The caller has checked
/// layout_cost. Source: ISO/IEC 15444-1 B.5 to B.7, B.12.1.3.
std::vector<std::vector<Precinct>> rpcl_precincts(MainHeader const& header);

/// Precincts of one tile, by component and resolution, row by row. The caller has checked
/// layout_cost. Source: ISO/IEC 15444-1 B.5 to B.7.
std::vector<Precinct> tile_precincts(MainHeader const& header, TileCoding const& coding,
                                     std::array<std::uint32_t, 4> const& area);

/// Brings precincts of a tile into the order of their packets, of which each has one layer.
/// Source: ISO/IEC 15444-1 B.12.1, table A.16.
void sort_by_progression(std::span<Precinct> precincts, std::uint8_t progression);

/// A tile's area {x0, y0, x1, y1} on the reference grid. Source: ISO/IEC 15444-1 B.3.
std::array<std::uint32_t, 4> tile_area(MainHeader const& header, std::uint32_t tile);

/// The one tile's area {x0, y0, x1, y1} on the reference grid. Source: B.3.
std::array<std::uint32_t, 4> single_tile_area(MainHeader const& header);

}  // namespace sightline::codec
