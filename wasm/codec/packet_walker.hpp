#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/main_header.hpp"

namespace sightline::codec {

/// Sizes of a tile's packets (header and body, SOP and EPH included), in stream order.
struct PacketIndex {
  std::vector<std::vector<std::uint32_t>> packet_bytes;  ///< By resolution, 0 = coarsest.
  [[nodiscard]] std::uint64_t resolution_bytes(std::size_t resolution) const;
};

/// Upper bounds for one stream's structure: 64 x 64 code-blocks over the largest frame give 1/16 of
/// it.
inline constexpr std::uint64_t kMaxPrecincts = 1u << 21, kMaxBlocks = 1u << 22;

/// Walks the packet headers of a single-tile, single-layer RPCL stream. `data` is the tile's
/// bit-stream data, its tile-parts joined, and must be consumed to the last byte. Errors:
/// unsupported (other progressions, several tiles or layers, packed packet headers, components of
/// different numbers of levels), corrupt, truncated, limit_exceeded. Source: ISO/IEC 15444-1 B.9,
/// B.10; 15444-15 B (code-block segments of HT).
Result<PacketIndex> walk_packets(MainHeader const& header, std::span<std::byte const> data);

}  // namespace sightline::codec
