#include "codec/packet_walker.hpp"

#include <numeric>

#include "codec/packet_reader.hpp"
#include "codec/precinct_layout.hpp"

namespace sightline::codec {
namespace {

Status check_walkable(MainHeader const& header, std::size_t data_bytes) {
  constexpr std::uint8_t kRpcl = 2;
  if (header.tiles != 1) return fail(Errc::unsupported, "several tiles");
  if (header.coding.progression != kRpcl || header.has_poc) {
    return fail(Errc::unsupported, "progression is not RPCL");
  }
  if (header.coding.layers != 1) return fail(Errc::unsupported, "several layers");
  if (header.has_packed_headers) return fail(Errc::unsupported, "packed packet headers");
  for (CodingStyle const& style : header.coding.styles) {
    if ((style.block_style & block_style::kHtMixed) != 0)
      return fail(Errc::unsupported, "mixed code-blocks");
    // Without as many levels of each component there is no picture between.
    if (style.decompositions != header.coding.styles.front().decompositions)
      return fail(Errc::unsupported, "components of different numbers of levels");
  }
  LayoutCost const cost = layout_cost(header, header.coding.styles, single_tile_area(header));
  if (cost.precincts > kMaxPrecincts || cost.blocks > kMaxBlocks) {
    return fail(Errc::limit_exceeded, "too many precincts or code-blocks");
  }
  // An empty packet still has one byte.
  if (cost.precincts > data_bytes) return fail(Errc::truncated, "fewer bytes than packets");
  return {};
}

}  // namespace

std::uint64_t PacketIndex::resolution_bytes(std::size_t resolution) const {
  auto const& sizes = packet_bytes[resolution];
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

Result<PacketIndex> walk_packets(MainHeader const& header, std::span<std::byte const> data) {
  if (data.size() > UINT32_MAX) return fail(Errc::limit_exceeded, "tile over 4 GiB");
  if (auto status = check_walkable(header, data.size()); !status) {
    return std::unexpected(status.error());
  }
  PacketIndex index;
  PacketReader reader(header.coding, data, 0);
  for (auto const& precincts : rpcl_precincts(header)) {
    auto& sizes = index.packet_bytes.emplace_back();
    sizes.reserve(precincts.size());
    for (Precinct const& precinct : precincts) {
      std::size_t const begin = reader.position();
      if (auto status = reader.packet(precinct); !status) return std::unexpected(status.error());
      sizes.push_back(static_cast<std::uint32_t>(reader.position() - begin));
    }
  }
  if (reader.position() != data.size()) {
    return fail(Errc::corrupt, "bytes after the last packet", reader.position());
  }
  return index;
}

}  // namespace sightline::codec
