#include "packet_rearranger.hpp"

#include <algorithm>
#include <utility>

#include "base/byte_writer.hpp"
#include "codec/main_header.hpp"
#include "stream_packets.hpp"

namespace sightline::test {
namespace {

using Bytes = std::span<std::byte const>;
using codec::MainHeader;
using codec::Progression;

struct Part {
  std::uint32_t tile = 0;
  std::size_t index = 0, count = 1;
  std::vector<StreamPacket> packets;
};

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
    write_segment(whole_segment, code, body.view());
    segments.push_back(whole_segment.take());
    at = end;
  }
  if (how.reverses_segments) std::ranges::reverse(segments);
  for (auto const& each : segments) out.bytes(each);
}

std::vector<std::byte> headers_of(Part const& part) {
  std::vector<std::byte> headers;
  for (StreamPacket const& packet : part.packets)
    headers.insert(headers.end(), packet.header.begin(), packet.header.end());
  return headers;
}

std::vector<Part> divided(std::uint32_t tile, std::vector<StreamPacket> const& packets,
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
  for (StreamPacket const& packet : part.packets) {
    if (packet.has_sop) {
      inside.u16_be(codec::marker::kSop);
      inside.u16_be(4);
      inside.u16_be(number++);
    }
    if (how.headers == HeadersIn::packets) inside.bytes(packet.header);
    inside.bytes(packet.body);
  }
  write_tile_part(out, part.tile, part.index, part.count, inside.view());
}

}  // namespace

std::vector<std::byte> rearranged(Bytes stream, Rearrangement const& how) {
  auto const header = codec::read_main_header(stream).value();
  std::vector<Progression> runs = how.main_runs;
  for (auto const& part : how.part_runs) runs.insert(runs.end(), part.begin(), part.end());
  if (runs.empty()) runs.push_back({.order = header.coding.progression});
  std::vector<Part> parts;
  for (std::uint32_t tile = 0; tile < header.tiles; ++tile) {
    auto const packets = ordered(packets_of(stream, tile), runs);
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
