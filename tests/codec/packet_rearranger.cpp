#include "packet_rearranger.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/byte_writer.hpp"
#include "codec/packet_reader.hpp"
#include "codec/packet_sequence.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::test {
namespace {

using Bytes = std::span<std::byte const>;
using codec::MainHeader;
using codec::Progression;

struct Packet {
  std::uint64_t layer = 0, resolution = 0, component = 0, x = 0, y = 0;
  bool has_sop = false, is_sent = false;
  Bytes header = {}, body = {};

  /// B.12.1.1 to B.12.1.5: what the loops go through, the outermost first.
  [[nodiscard]] std::array<std::uint64_t, 5> key(unsigned order) const {
    switch (order) {
      case 0: return {layer, resolution, component, y, x};
      case 1: return {resolution, layer, component, y, x};
      case 2: return {resolution, y, x, component, layer};
      case 3: return {y, x, component, resolution, layer};
      default: return {component, y, x, resolution, layer};
    }
  }
  [[nodiscard]] bool is_in(Progression const& run) const {
    return layer < run.end_layer && resolution >= run.first_resolution &&
           resolution < run.end_resolution && component >= run.first_component &&
           component < run.end_component;
  }
};

struct Part {
  std::uint32_t tile = 0;
  std::size_t index = 0, count = 1;
  std::vector<Packet> packets;
};

void segment(ByteWriter& out, std::uint16_t code, Bytes body) {
  out.u16_be(code);
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  out.bytes(body);
}

std::vector<Packet> packets_of(Bytes stream, MainHeader const& header,
                               std::vector<codec::TilePart> const& all, std::uint32_t tile) {
  std::vector<codec::TilePart> parts;
  for (auto const& part : all)
    if (part.tile == tile) parts.push_back(part);
  auto precincts = codec::tile_precincts(header, codec::tile_area(header, tile));
  codec::sort_by_progression(precincts, header.progression);
  std::vector<codec::PrecinctState> states(precincts.size());
  std::vector<Packet> packets;
  std::size_t part = 0;
  codec::PacketReader reader(header, stream.first(parts[0].end_bytes), parts[0].data_bytes);
  for (codec::PacketSequence at(precincts, header.progression, header.layers); !at.has_ended();
       at.advance()) {
    while (reader.position() == parts[part].end_bytes) {
      ++part;
      reader.go_on(stream.first(parts[part].end_bytes), parts[part].data_bytes);
    }
    auto const& precinct = precincts[at.precinct()];
    if (at.layer() == 0) states[at.precinct()].reset(precinct);
    std::size_t begin = reader.position();
    if (!reader.packet(precinct, at.layer(), states[at.precinct()])) return {};
    Packet packet;
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

std::vector<Packet> ordered(std::vector<Packet> packets, std::vector<Progression> const& runs) {
  std::vector<Packet> result;
  for (Progression const& run : runs) {
    std::vector<Packet*> chosen;
    for (Packet& packet : packets)
      if (!packet.is_sent && packet.is_in(run)) chosen.push_back(&packet);
    std::ranges::sort(chosen, {}, [&](Packet const* each) { return each->key(run.order); });
    for (Packet* packet : chosen) {
      packet->is_sent = true;
      result.push_back(*packet);
    }
  }
  return result;
}

void write_poc(ByteWriter& out, std::vector<Progression> const& runs, std::size_t components) {
  if (runs.empty()) return;
  ByteWriter body;
  for (Progression const& run : runs) {
    body.u8(run.first_resolution);
    body.u8(static_cast<std::uint8_t>(run.first_component));
    body.u16_be(run.end_layer);
    body.u8(run.end_resolution);
    body.u8(static_cast<std::uint8_t>(std::min<std::size_t>(run.end_component, components)));
    body.u8(run.order);
  }
  segment(out, codec::marker::kPoc, body.view());
}

/// Cuts `bytes` into segments; never within the four bytes at `whole`.
void write_pieces(ByteWriter& out, std::uint16_t code, Bytes bytes, Rearrangement const& how,
                  std::vector<std::size_t> const& whole, unsigned first_index = 0) {
  std::vector<std::vector<std::byte>> segments;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t end = std::min(bytes.size(), at + how.segment_bytes);
    for (std::size_t const field : whole)
      if (end > field && end < field + 4) end = field > at ? field : field + 4;
    ByteWriter body;
    body.u8(static_cast<std::uint8_t>(first_index + segments.size()));
    body.bytes(bytes.subspan(at, end - at));
    ByteWriter whole_segment;
    segment(whole_segment, code, body.view());
    segments.push_back(whole_segment.take());
    at = end;
  }
  if (how.reverses_segments) std::ranges::reverse(segments);
  for (auto const& each : segments) out.bytes(each);
}

std::vector<std::byte> headers_of(Part const& part) {
  std::vector<std::byte> headers;
  for (Packet const& packet : part.packets)
    headers.insert(headers.end(), packet.header.begin(), packet.header.end());
  return headers;
}

std::vector<Part> divided(std::uint32_t tile, std::vector<Packet> const& packets,
                          std::size_t packets_in_part) {
  std::size_t const each = packets_in_part == 0 ? packets.size() : packets_in_part;
  std::vector<Part> parts;
  for (std::size_t at = 0; at < packets.size(); at += each) {
    Part part{tile, parts.size(), 0, {}};
    for (std::size_t i = at; i < std::min(packets.size(), at + each); ++i)
      part.packets.push_back(packets[i]);
    parts.push_back(part);
  }
  for (Part& part : parts) part.count = parts.size();
  return parts;
}

void write_part(ByteWriter& out, Part const& part, MainHeader const& header,
                Rearrangement const& how, unsigned& next_index) {
  ByteWriter inside;
  if (part.index < how.part_runs.size())
    write_poc(inside, how.part_runs[part.index], header.components.size());
  if (how.headers == HeadersIn::tile_parts) {
    auto const headers = headers_of(part);
    write_pieces(inside, codec::marker::kPpt, headers, how, {}, next_index);
    next_index +=
        static_cast<unsigned>((headers.size() + how.segment_bytes - 1) / how.segment_bytes);
  }
  inside.u16_be(codec::marker::kSod);
  std::uint16_t number = 0;
  for (Packet const& packet : part.packets) {
    if (packet.has_sop) {
      inside.u16_be(codec::marker::kSop);
      inside.u16_be(4);
      inside.u16_be(number++);
    }
    if (how.headers == HeadersIn::packets) inside.bytes(packet.header);
    inside.bytes(packet.body);
  }
  out.u16_be(codec::marker::kSot);
  out.u16_be(10);
  out.u16_be(static_cast<std::uint16_t>(part.tile));
  out.u32_be(static_cast<std::uint32_t>(12 + inside.size()));
  out.u8(static_cast<std::uint8_t>(part.index));
  out.u8(static_cast<std::uint8_t>(part.count));
  out.bytes(inside.view());
}

}  // namespace

std::vector<std::byte> rearranged(Bytes stream, Rearrangement const& how) {
  auto const header = codec::read_main_header(stream).value();
  auto const all = codec::list_tile_parts(stream, header).value();
  std::vector<Progression> runs = how.main_runs;
  for (auto const& part : how.part_runs) runs.insert(runs.end(), part.begin(), part.end());
  if (runs.empty()) runs.push_back({.order = header.progression});
  std::vector<Part> parts;
  for (std::uint32_t tile = 0; tile < header.tiles; ++tile) {
    auto const packets = ordered(packets_of(stream, header, all, tile), runs);
    auto const divisions = divided(tile, packets, how.packets_in_part);
    parts.insert(parts.end(), divisions.begin(), divisions.end());
  }
  if (how.takes_turns)
    std::ranges::sort(parts, {}, [](Part const& part) { return std::pair(part.index, part.tile); });

  ByteWriter out;
  out.u16_be(codec::marker::kSoc);
  for (auto const& each : header.segments)
    if (each.code != codec::marker::kTlm && each.code != codec::marker::kPlm)
      out.bytes(stream.subspan(each.offset_bytes, each.length_bytes));
  write_poc(out, how.main_runs, header.components.size());
  if (how.headers == HeadersIn::main_header) {
    ByteWriter packed;
    std::vector<std::size_t> sizes;
    for (Part const& part : parts) {
      auto const headers = headers_of(part);
      sizes.push_back(packed.size());
      packed.u32_be(static_cast<std::uint32_t>(headers.size()));
      packed.bytes(headers);
    }
    write_pieces(out, codec::marker::kPpm, packed.view(), how, sizes);
  }
  std::vector<unsigned> next_index(header.tiles);
  for (Part const& part : parts) write_part(out, part, header, how, next_index[part.tile]);
  out.u16_be(codec::marker::kEoc);
  return out.take();
}

}  // namespace sightline::test
