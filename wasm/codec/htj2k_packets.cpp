#include "codec/htj2k_packets.hpp"

#include <algorithm>

#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_region.hpp"
#include "codec/j2k_block_decoder.hpp"
#include "codec/packet_reader.hpp"
#include "codec/packet_sequence.hpp"

namespace sightline::codec {
namespace {

/// OpenJPEG's; the standard's streams, of at most 29 bit-planes here, have 85.
constexpr std::uint32_t kMostPassesOfSegment = 109;

std::uint32_t most_passes(HtBandRules const& band, std::uint32_t zero_planes) {
  return 3 * (static_cast<std::uint32_t>(band.planes) - zero_planes) - 2;
}

void place_ht(PacketBlock const& from, std::uint32_t skipped, HtBand const& band,
              HtCodedBlock& block) {
  block.offset_bytes = from.offset_bytes;
  block.first_bytes = static_cast<std::uint32_t>(from.first_bytes);
  block.refinement_bytes = static_cast<std::uint32_t>(from.second_bytes);
  // Nothing is coded in a band without bit-planes.
  block.passes = static_cast<std::uint8_t>(band.planes <= 0 ? 0 : from.passes - 3 * skipped);
}

/// Behind those that a block has.
void add_piece(J2kPiece const& piece, HtBand& band, HtCodedBlock& block) {
  if (band.pieces.empty()) band.pieces.emplace_back();  // 0: none
  auto const index = static_cast<std::uint32_t>(band.pieces.size());
  std::uint32_t* link = &block.next_piece;
  while (*link != 0) link = &band.pieces[*link].next;
  *link = index;
  band.pieces.push_back(piece);
}

/// Refinement passes of a later layer.
void add_ht(PacketBlock const& from, HtBand& band, HtCodedBlock& block) {
  add_piece({from.offset_bytes, static_cast<std::uint32_t>(from.second_bytes), 0,
             static_cast<std::uint8_t>(from.passes)},
            band, block);
  block.passes = static_cast<std::uint8_t>(block.passes + from.passes);
}

/// Bytes of a Part 1 block.
void add_part_1(J2kPiece const& piece, HtBand& band, HtCodedBlock& block) {
  if (block.passes != 0) return add_piece(piece, band, block);
  block.offset_bytes = piece.offset_bytes;
  block.first_bytes = piece.bytes;
  block.first_passes = piece.passes;
}

/// A Part 1 block's bytes in a packet: by code-word segment. `passes`: those that it has; `add`
/// takes a piece. False: passes that the standard does not have, after which libraries do not agree
/// where lengths are, or whose bytes are: OpenJPEG adds those of a later packet to the passes
/// before it.
template <class Add>
bool place_part_1(PacketBlock const& from, std::span<PacketSegment const> segments,
                  HtBandRules const& band, std::uint8_t& passes, Add&& add) {
  std::uint32_t const most = band.planes <= 0 ? 0 : most_passes(band, from.zero_planes);
  if (passes != 0 && passes == most) return false;
  std::size_t offset = from.offset_bytes;
  for (PacketSegment const& segment : segments) {
    std::uint32_t const more = std::min(segment.passes, most - passes);
    if (more == 0) break;
    J2kPiece const piece{offset, static_cast<std::uint32_t>(segment.bytes), 0,
                         static_cast<std::uint8_t>(more)};
    add(piece);
    passes = static_cast<std::uint8_t>(passes + more);
    offset += piece.bytes;
  }
  return from.passes <= kMostPassesOfSegment;
}

std::unexpected<HtRefusal> refuse(HtRefusal why) { return std::unexpected(why); }

std::uint32_t placeholders(PacketBlock const& from, HtBandRules const& band) {
  return band.is_ht() ? (from.passes - 1) / 3 : 0;
}

/// What no block decoder takes.
std::expected<void, HtRefusal> check_block(PacketBlock const& from, HtBandRules const& band) {
  std::uint32_t const zero_planes = from.zero_planes + placeholders(from, band);
  auto const planes = static_cast<std::uint32_t>(std::max(band.planes, 1));
  if (zero_planes >= planes || from.first_bytes > UINT32_MAX || from.second_bytes > UINT32_MAX)
    return refuse(HtRefusal::packets);
  // HT: of the whole band, for a quad's samples may use the zero planes.
  bool const is_too_deep =
      band.is_ht() ? planes > kHtMostPlanes : planes - zero_planes > kJ2kMostPlanes;
  if (is_too_deep) return refuse(HtRefusal::depth);
  return {};
}

std::size_t place_of(PacketBlock const& from, Precinct const& precinct, HtBandRules const& band) {
  BlockGrid const grid = precinct.grids[from.band];
  return std::size_t{grid.first_row + from.row} * band.block_cols + grid.first_col + from.col;
}

/// Of a component that is not decoded.
std::expected<void, HtRefusal> count_block(PacketReader const& reader, PacketBlock const& from,
                                           Precinct const& precinct, HtUndecoded& undecoded) {
  std::size_t const first = precinct.resolution == 0 ? 0 : 3 * (precinct.resolution - 1u) + 1;
  HtUndecoded::Band const& band = undecoded.bands[first + from.band];
  if (auto checked = check_block(from, band); !checked || band.is_ht()) return checked;
  std::uint8_t& passes = undecoded.passes[band.first_block + place_of(from, precinct, band)];
  if (place_part_1(from, reader.segments_of(from), band, passes, [](J2kPiece const&) {})) return {};
  return refuse(HtRefusal::packets);
}

/// Puts a block of a packet where it belongs. Refused: what no block decoder takes.
std::expected<void, HtRefusal> place_block(PacketReader const& reader, PacketBlock const& from,
                                           Precinct const& precinct, HtComponent& component) {
  if (!component.undecoded.bands.empty())
    return count_block(reader, from, precinct, component.undecoded);
  HtBand& band = component.resolutions[precinct.resolution].bands[from.band];
  if (auto checked = check_block(from, band); !checked) return checked;
  HtCodedBlock& block = band.blocks[place_of(from, precinct, band)];
  std::uint32_t const skipped = placeholders(from, band);
  if (!band.is_ht()) {
    block.zero_planes = static_cast<std::uint8_t>(from.zero_planes);
    auto const add = [&](J2kPiece const& piece) { add_part_1(piece, band, block); };
    if (place_part_1(from, reader.segments_of(from), band, block.passes, add)) return {};
    return refuse(HtRefusal::packets);
  }
  if (block.passes != 0) {
    add_ht(from, band, block);
    return {};
  }
  block.zero_planes = static_cast<std::uint8_t>(from.zero_planes + skipped);
  place_ht(from, skipped, band, block);
  return {};
}

using Refused = std::expected<void, HtRefusal>;

/// One tile's packets, from the first to the last one that is needed.
class TilePackets {
 public:
  TilePackets(TileCoding const& coding, HtPackets const& packets, HtExtent extent, HtTile& tile)
      : coding_(coding),
        packets_(packets),
        extent_(extent),
        tile_(tile),
        part_(packets.parts.begin()),
        reader_(coding, packets.codestream.first((*part_)->end_bytes), (*part_)->data_bytes) {
    if (packets.headers) reader_.take_headers_from(*packets.headers);
    auto const needed = [this](Precinct const& each) { return is_needed(each); };
    needed_ = std::uint64_t{coding.layers} *
              static_cast<std::uint64_t>(std::ranges::count_if(packets.precincts, needed));
  }

  Refused read() {
    std::span<Progression const> const runs = packets_.progressions.runs;
    // Of precincts whose layers do not follow each other, the state of each is kept.
    keeps_all_ =
        coding_.layers > 1 && (runs.size() > 1 || (runs.size() == 1 && runs.front().order < 2));
    states_.resize(keeps_all_ ? packets_.precincts.size() : 1);
    if (runs.size() > 1) read_layers_.resize(packets_.precincts.size());
    for (Progression const& run : runs) {
      if (has_all()) return {};
      if (auto done = read_run(run); !done) return done;
    }
    // A.6.6: progressions send all packets. What is behind the last one is nothing's.
    bool const is_good = needed_ == 0 && !has_left_out_;
    return is_good ? Refused{} : refuse(HtRefusal::packets);
  }

 private:
  [[nodiscard]] bool has_all() const { return needed_ == 0 && extent_ != HtExtent::whole; }
  [[nodiscard]] bool is_needed(Precinct const& each) const {
    HtComponent const& component = tile_.components[each.component];
    auto const& resolutions = component.resolutions;
    if (!component.undecoded.bands.empty())
      return each.resolution < component.undecoded.resolutions();
    return each.resolution < resolutions.size() &&
           (extent_ != HtExtent::region || has_needed_blocks(each, resolutions[each.resolution]));
  }
  /// Layers of a precinct come one after the other, whichever progressions they are of.
  [[nodiscard]] std::uint32_t layers_read(Precinct const& each) const {
    return read_layers_.empty() ? 0 : read_layers_[each.number];
  }

  Refused read_run(Progression const& run) {
    std::uint32_t const layers = std::min(coding_.layers, run.end_layer);
    auto const in_run = [&](Precinct const& each) {
      return each.component >= run.first_component && each.component < run.end_component &&
             each.resolution >= run.first_resolution && each.resolution < run.end_resolution &&
             layers_read(each) < layers;
    };
    auto const rest = std::ranges::partition(packets_.precincts, in_run);
    auto const precincts = packets_.precincts.first(packets_.precincts.size() - rest.size());
    sort_by_progression(precincts, run.order);
    for (PacketSequence at(precincts, run.order, layers); !at.has_ended(); at.advance()) {
      if (has_all()) return {};
      Precinct const& precinct = precincts[at.precinct()];
      if (at.layer() < layers_read(precinct)) continue;
      if (auto done = read_packet(precinct, at.layer()); !done) return done;
      if (!read_layers_.empty()) ++read_layers_[precinct.number];
    }
    return {};
  }

  /// Past the tile-parts that end here. Headers apart may go on where no part does.
  bool enter_next_part() {
    while (reader_.position() == (*part_)->end_bytes) {
      if (part_ + 1 == packets_.parts.end()) return packets_.headers.has_value();
      ++part_;
      reader_.go_on(packets_.codestream.first((*part_)->end_bytes), (*part_)->data_bytes);
    }
    return true;
  }

  Refused read_packet(Precinct const& precinct, std::uint32_t layer) {
    if (!enter_next_part()) return refuse(HtRefusal::packets);
    PrecinctState& state = states_[keeps_all_ ? precinct.number : 0];
    if (layer == 0) state.reset(precinct);
    auto const packet = reader_.packet(precinct, layer, state);
    if (is_needed(precinct)) {
      if (packet) --needed_;
      if (auto placed = place_blocks(precinct); !placed) return placed;
    }
    if (packet) return {};
    return refuse(packet.error().code == Errc::unsupported ? HtRefusal::layers
                                                           : HtRefusal::packets);
  }

  Refused place_blocks(Precinct const& precinct) {
    HtComponent& component = tile_.components[precinct.component];
    for (PacketBlock const& from : reader_.blocks()) {
      auto const placed = place_block(reader_, from, precinct, component);
      if (placed) continue;
      if (!packets_.is_damaged || placed.error() != HtRefusal::packets) return placed;
      has_left_out_ = true;
    }
    return {};
  }

  TileCoding const& coding_;
  HtPackets const& packets_;
  HtExtent extent_;
  HtTile& tile_;
  bool keeps_all_ = false, has_left_out_ = false;
  std::uint64_t needed_ = 0;
  std::span<TilePart const* const>::iterator part_;
  PacketReader reader_;
  std::vector<PrecinctState> states_;
  std::vector<std::uint16_t> read_layers_;  ///< By Precinct::number; of one progression: none.
};

}  // namespace

Refused read_tile_packets(TileCoding const& coding, HtPackets const& packets, HtExtent extent,
                          HtTile& tile) {
  return TilePackets(coding, packets, extent, tile).read();
}

}  // namespace sightline::codec
