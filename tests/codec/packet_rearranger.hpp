#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/progression.hpp"

namespace sightline::test {

enum class HeadersIn { packets, main_header, tile_parts };  ///< PPM, PPT

struct Rearrangement {
  std::vector<codec::Progression> main_runs = {};               ///< POC of the main header
  std::vector<std::vector<codec::Progression>> part_runs = {};  ///< POC of each tile's n-th part
  HeadersIn headers = HeadersIn::packets;
  std::size_t packets_in_part = 0;    ///< 0: each tile has one part
  bool takes_turns = false;           ///< Tile-parts go round the tiles.
  std::size_t segment_bytes = 60000;  ///< At most, of PPM and PPT
  bool reverses_segments = false;     ///< The last Zppm or Zppt comes first.
};

/// The same packets in another order, in other tile-parts, with their headers elsewhere: each is
/// taken out of a whole stream without POC, PPM and PPT, and is put where a plain sort by the
/// standard's loops has it. Source: ISO/IEC 15444-1 A.4.2, A.6.6, A.7.4, A.7.5, B.12.
std::vector<std::byte> rearranged(std::span<std::byte const> codestream,
                                  Rearrangement const& arrangement);

}  // namespace sightline::test
