#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "codec/main_header.hpp"

namespace sightline::codec {

/// The code-blocks of one precinct in one sub-band.
struct BlockGrid {
  std::uint32_t cols = 0, rows = 0;
};

/// One precinct of one component at one resolution, which with one layer is one packet.
struct Precinct {
  std::uint64_t y = 0, x = 0;  ///< Where it begins on the reference grid: its place in RPCL order.
  std::uint16_t component = 0;
  std::uint8_t bands = 0;  ///< 1 at the lowest resolution (LL), else 3 (HL, LH, HH).
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

/// The one tile's area {x0, y0, x1, y1} on the reference grid. Source: B.3.
std::array<std::uint32_t, 4> single_tile_area(MainHeader const& header);

}  // namespace sightline::codec
