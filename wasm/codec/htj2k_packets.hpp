#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "codec/htj2k_plan.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/progression.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {

/// How much of the stream is read: all, to its end; all packets of the levels; or a region's.
enum class HtExtent { whole, levels, region };

/// A tile's packets: where they are, and in which order.
struct HtPackets {
  std::span<std::byte const> codestream;
  std::span<TilePart const* const> parts;  ///< In stream order; at least one.
  std::span<Precinct> precincts;           ///< tile_precincts; their order is changed.
  Progressions const& progressions;
  /// Those of all of the tile's packets, where they are not beside their bodies.
  std::optional<std::span<std::byte const>> headers = {};
  bool is_damaged =
      false;  ///< Code-blocks that cannot be decoded are left out, to be said at the end.
};

/// Reads a tile's packets until all that are needed are there, and puts the code-blocks that they
/// bring into the tile; also those before what is refused. Source: ISO/IEC 15444-1 B.9, B.10, B.12.
std::expected<void, HtRefusal> read_tile_packets(TileCoding const& coding, HtPackets const& packets,
                                                 HtExtent extent, HtTile& tile);

}  // namespace sightline::codec
