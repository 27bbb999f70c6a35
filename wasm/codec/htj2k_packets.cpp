#include "codec/htj2k_packets.hpp"

#include <algorithm>

#include "codec/htj2k_region.hpp"
#include "codec/j2k_block_decoder.hpp"
#include "codec/packet_reader.hpp"
#include "codec/packet_sequence.hpp"

namespace sightline::codec {
namespace {

/// Of precincts whose layers do not follow each other, the state of each is kept: some 400 bytes
/// and 40 for each code-block.
constexpr std::size_t kMostKeptPrecincts = 16384;

/// OpenJPEG's; the standard's streams, of at most 29 bit-planes here, have 85.
constexpr std::uint32_t kMostPassesOfSegment = 109;

std::uint32_t most_passes(HtBand const& band, std::uint32_t zero_planes) {
  return 3 * (static_cast<std::uint32_t>(band.planes) - zero_planes) - 2;
}

void place_ht(PacketBlock const& from, std::uint32_t skipped, HtBand const& band,
              HtCodedBlock& block) {
  block.offset_bytes = from.offset_bytes;
  block.cleanup_bytes = static_cast<std::uint32_t>(from.first_bytes);
  block.refinement_bytes = static_cast<std::uint32_t>(from.second_bytes);
  // Nothing is coded in a band without bit-planes.
  block.passes = static_cast<std::uint8_t>(band.planes == 0 ? 0 : from.passes - 3 * skipped);
}

/// Refinement passes of a later layer.
void add_ht(PacketBlock const& from, HtBand& band, HtCodedBlock& block) {
  if (band.pieces.empty()) band.pieces.emplace_back();  // 0: none
  auto const index = static_cast<std::uint32_t>(band.pieces.size());
  std::uint32_t* link = &block.first_piece;
  while (*link != 0) link = &band.pieces[*link].next;
  *link = index;
  band.pieces.push_back({from.offset_bytes, static_cast<std::uint32_t>(from.second_bytes), 0,
                         static_cast<std::uint8_t>(from.passes)});
  block.passes = static_cast<std::uint8_t>(block.passes + from.passes);
}

/// A Part 1 block's bytes in a packet: by code-word segment, behind what it has. False: passes that
/// the standard does not have, after which libraries do not agree where lengths are.
bool place_part_1(PacketBlock const& from, std::span<PacketSegment const> segments, HtBand& band,
                  HtCodedBlock& block) {
  std::uint32_t const most = band.planes == 0 ? 0 : most_passes(band, from.zero_planes);
  std::size_t offset = from.offset_bytes;
  for (PacketSegment const& segment : segments) {
    std::uint32_t const passes = std::min(segment.passes, most - block.passes);
    if (passes == 0) break;
    auto const bytes = static_cast<std::uint32_t>(segment.bytes);
    auto const index = static_cast<std::uint32_t>(band.pieces.size());
    if (block.passes == 0) {
      block.first_piece = index;
    } else {
      std::uint32_t last = block.first_piece;
      while (band.pieces[last].next != 0) last = band.pieces[last].next;
      band.pieces[last].next = index;
    }
    band.pieces.push_back({offset, bytes, 0, static_cast<std::uint8_t>(passes)});
    block.passes = static_cast<std::uint8_t>(block.passes + passes);
    offset += bytes;
  }
  return from.passes <= kMostPassesOfSegment;
}

std::unexpected<HtRefusal> refuse(HtRefusal why) { return std::unexpected(why); }

/// Puts the blocks of a packet where they belong. Refused: what no block decoder takes.
std::expected<void, HtRefusal> place_blocks(PacketReader const& reader, Precinct const& precinct,
                                            bool is_ht, HtResolution& resolution) {
  for (PacketBlock const& from : reader.blocks()) {
    HtBand& band = resolution.bands[from.band];
    BlockGrid const grid = precinct.grids[from.band];
    std::uint32_t const skipped = is_ht ? (from.passes - 1) / 3 : 0;
    std::uint32_t const zero_planes = from.zero_planes + skipped;
    auto const planes = static_cast<std::uint32_t>(std::max(band.planes, 1));
    if (zero_planes >= planes || from.first_bytes > UINT32_MAX || from.second_bytes > UINT32_MAX)
      return refuse(HtRefusal::packets);
    if (!is_ht && planes - zero_planes > kJ2kMostPlanes) return refuse(HtRefusal::depth);
    HtCodedBlock& block = band.blocks[std::size_t{grid.first_row + from.row} * band.block_cols +
                                      grid.first_col + from.col];
    if (is_ht && block.passes != 0) {
      add_ht(from, band, block);
      continue;
    }
    block.zero_planes = static_cast<std::uint8_t>(zero_planes);
    if (is_ht) {
      place_ht(from, skipped, band, block);
    } else {
      if (!place_part_1(from, reader.segments_of(from), band, block))
        return refuse(HtRefusal::packets);
    }
  }
  return {};
}

}  // namespace

std::expected<void, HtRefusal> read_tile_packets(MainHeader const& header, HtPackets const& packets,
                                                 HtExtent extent, HtTile& tile) {
  bool const is_ht = (header.styles.front().block_style & block_style::kHt) != 0;
  std::size_t const resolutions = tile.components.front().size();
  auto const is_needed = [&](Precinct const& each) {
    return each.resolution < resolutions &&
           (extent != HtExtent::region ||
            has_needed_blocks(each, tile.components[each.component][each.resolution]));
  };
  auto const precincts = packets.precincts;
  std::uint64_t needed =
      std::uint64_t{header.layers} *
      static_cast<std::uint64_t>(std::count_if(precincts.begin(), precincts.end(), is_needed));
  bool const keeps_all = header.layers > 1 && header.progression < 2;
  if (keeps_all && precincts.size() > kMostKeptPrecincts) return refuse(HtRefusal::layers);
  std::vector<PrecinctState> states(keeps_all ? precincts.size() : 1);
  auto part = packets.parts.begin();
  PacketReader reader(header, packets.codestream.first((*part)->end_bytes), (*part)->data_bytes);
  for (PacketSequence at(precincts, header.progression, header.layers); !at.has_ended();
       at.advance()) {
    if (needed == 0) return {};
    while (reader.position() == (*part)->end_bytes) {
      if (++part == packets.parts.end()) return refuse(HtRefusal::packets);
      reader.go_on(packets.codestream.first((*part)->end_bytes), (*part)->data_bytes);
    }
    Precinct const& precinct = precincts[at.precinct()];
    PrecinctState& state = states[keeps_all ? at.precinct() : 0];
    if (at.layer() == 0) state.reset(precinct);
    if (!reader.packet(precinct, at.layer(), state)) return refuse(HtRefusal::packets);
    if (!is_needed(precinct)) continue;
    --needed;
    HtResolution& resolution = tile.components[precinct.component][precinct.resolution];
    if (auto placed = place_blocks(reader, precinct, is_ht, resolution); !placed) return placed;
  }
  bool const has_ended = reader.position() == (*part)->end_bytes && part + 1 == packets.parts.end();
  return has_ended || extent != HtExtent::whole ? std::expected<void, HtRefusal>{}
                                                : refuse(HtRefusal::packets);
}

}  // namespace sightline::codec
