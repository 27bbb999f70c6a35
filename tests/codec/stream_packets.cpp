#include "stream_packets.hpp"

#include <algorithm>

#include "codec/packet_reader.hpp"
#include "codec/packet_sequence.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::test {

std::array<std::uint64_t, 5> StreamPacket::key(unsigned order) const {
  switch (order) {
    case 0: return {layer, resolution, component, y, x};
    case 1: return {resolution, layer, component, y, x};
    case 2: return {resolution, y, x, component, layer};
    case 3: return {y, x, component, resolution, layer};
    default: return {component, y, x, resolution, layer};
  }
}

bool StreamPacket::is_in(codec::Progression const& run) const {
  return layer < run.end_layer && resolution >= run.first_resolution &&
         resolution < run.end_resolution && component >= run.first_component &&
         component < run.end_component;
}

std::vector<StreamPacket> packets_of(std::span<std::byte const> stream, std::uint32_t tile) {
  auto const header = codec::read_main_header(stream).value();
  codec::TileCoding const& coding = header.coding;
  std::vector<codec::TilePart> parts;
  auto const all = codec::list_tile_parts(stream, header).value();
  for (auto const& part : all)
    if (part.tile == tile) parts.push_back(part);
  auto precincts = codec::tile_precincts(header, coding, codec::tile_area(header, tile));
  codec::sort_by_progression(precincts, coding.progression);
  std::vector<codec::PrecinctState> states(precincts.size());
  std::vector<StreamPacket> packets;
  std::size_t part = 0;
  codec::PacketReader reader(coding, stream.first(parts[0].end_bytes), parts[0].data_bytes);
  for (codec::PacketSequence at(precincts, coding.progression, coding.layers); !at.has_ended();
       at.advance()) {
    while (reader.position() == parts[part].end_bytes) {
      ++part;
      reader.go_on(stream.first(parts[part].end_bytes), parts[part].data_bytes);
    }
    auto const& precinct = precincts[at.precinct()];
    if (at.layer() == 0) states[at.precinct()].reset(precinct);
    std::size_t begin = reader.position();
    if (!reader.packet(precinct, at.layer(), states[at.precinct()])) return {};
    StreamPacket packet;
    packet.layer = at.layer();
    packet.resolution = precinct.resolution;
    packet.component = precinct.component;
    packet.x = precinct.x;
    packet.y = precinct.y;
    packet.has_sop = stream[begin] == std::byte{0xff} && stream[begin + 1] == std::byte{0x91};
    if (packet.has_sop) begin += 6;
    std::size_t const end = reader.position();
    std::size_t const body = reader.blocks().empty() ? end : reader.blocks().front().offset_bytes;
    packet.header = stream.subspan(begin, body - begin);
    packet.body = stream.subspan(body, end - body);
    packets.push_back(packet);
  }
  return packets;
}

std::vector<StreamPacket> ordered(std::vector<StreamPacket> packets,
                                  std::vector<codec::Progression> const& runs) {
  std::vector<StreamPacket> result;
  for (codec::Progression const& run : runs) {
    std::vector<StreamPacket*> chosen;
    for (StreamPacket& packet : packets)
      if (!packet.is_sent && packet.is_in(run)) chosen.push_back(&packet);
    std::ranges::sort(chosen, {}, [&](StreamPacket const* each) { return each->key(run.order); });
    for (StreamPacket* packet : chosen) {
      packet->is_sent = true;
      result.push_back(*packet);
    }
  }
  return result;
}

void write_segment(ByteWriter& out, std::uint16_t code, std::span<std::byte const> body) {
  out.u16_be(code);
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  out.bytes(body);
}

void write_poc(ByteWriter& out, std::vector<codec::Progression> const& runs,
               std::size_t components) {
  if (runs.empty()) return;
  ByteWriter body;
  for (codec::Progression const& run : runs) {
    body.u8(run.first_resolution);
    body.u8(static_cast<std::uint8_t>(run.first_component));
    body.u16_be(run.end_layer);
    body.u8(run.end_resolution);
    body.u8(static_cast<std::uint8_t>(std::min<std::size_t>(run.end_component, components)));
    body.u8(run.order);
  }
  write_segment(out, codec::marker::kPoc, body.view());
}

void write_tile_part(ByteWriter& out, std::uint32_t tile, std::size_t index, std::size_t count,
                     std::span<std::byte const> inside) {
  out.u16_be(codec::marker::kSot);
  out.u16_be(10);
  out.u16_be(static_cast<std::uint16_t>(tile));
  out.u32_be(static_cast<std::uint32_t>(12 + inside.size()));
  out.u8(static_cast<std::uint8_t>(index));
  out.u8(static_cast<std::uint8_t>(count));
  out.bytes(inside);
}

}  // namespace sightline::test
