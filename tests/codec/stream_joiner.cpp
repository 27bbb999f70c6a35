#include "stream_joiner.hpp"

#include <algorithm>

#include "base/byte_writer.hpp"
#include "codec/main_header.hpp"
#include "stream_packets.hpp"

namespace sightline::test {
namespace {

using Bytes = std::vector<std::byte>;
using codec::MarkerSegment;
namespace marker = codec::marker;

Bytes body_of(Bytes const& stream, std::uint16_t code) {
  auto const header = codec::read_main_header(stream).value();
  for (MarkerSegment const& segment : header.segments) {
    auto const body = segment.body(stream);
    if (segment.code == code) return {body.begin(), body.end()};
  }
  return {};
}

Bytes operator+(Bytes a, Bytes const& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// What a stream's segments say of a component, as bytes. `general`: Scod without its precincts,
/// and SGcod.
struct Said {
  Bytes general, style, quantization;
  std::byte shift{0};
};

Said said_of(Bytes const& stream, std::size_t component) {
  constexpr std::byte kPrecincts{1};
  Bytes const cod = body_of(stream, marker::kCod), rgn = body_of(stream, marker::kRgn);
  Said said;
  said.general.assign(cod.begin(), cod.begin() + 5);
  said.general[0] &= ~kPrecincts;
  said.style.assign(cod.begin() + 5, cod.end());
  said.style.insert(said.style.begin(), cod[0] & kPrecincts);
  said.quantization = body_of(stream, marker::kQcd);
  if (!rgn.empty() && rgn[0] == static_cast<std::byte>(component)) said.shift = rgn[2];
  return said;
}

struct Segment {
  std::uint16_t code = 0;
  Bytes body;
};

/// A header's parameters over what holds without them (nothing: of the main header).
class ParameterWriter {
 public:
  ParameterWriter(std::span<Bytes const> streams, Joint const& joint)
      : streams_(streams), joint_(joint) {}

  Bytes write(JointTile const& tile, JointTile const* before) {
    std::vector<Segment> all;
    auto const general_of = [&](JointTile const& each) {
      Bytes general = said(each, 0).general;
      general[1] = static_cast<std::byte>(each.progression);
      return general;
    };
    Bytes const general = general_of(tile);
    bool const is_new = before == nullptr || joint_.always_cod;
    bool const has_cod = is_new || general != general_of(*before);
    Said const first = said(tile, 0);
    Bytes cod = general + Bytes(first.style.begin() + 1, first.style.end());
    cod[0] |= first.style[0];
    if (has_cod) all.push_back({marker::kCod, cod});
    for (std::size_t c = 0; c < tile.stream_of_component.size(); ++c)
      if (said(tile, c).style != (has_cod ? first : said(*before, c)).style)
        all.push_back({marker::kCoc, number(c) + said(tile, c).style});
    if (is_new) all.push_back({marker::kQcd, first.quantization});
    for (std::size_t c = 0; c < tile.stream_of_component.size(); ++c) {
      if (said(tile, c).quantization != (is_new ? first : said(*before, c)).quantization)
        all.push_back({marker::kQcc, number(c) + said(tile, c).quantization});
      std::byte const shift = said(tile, c).shift;
      if (shift != (before == nullptr ? std::byte{0} : said(*before, c).shift))
        all.push_back({marker::kRgn, number(c) + Bytes{std::byte{0}, shift}});
    }
    if (joint_.components_first) std::ranges::reverse(all);
    ByteWriter out;
    for (Segment const& each : all) write_segment(out, each.code, each.body);
    write_poc(out, tile.runs, tile.stream_of_component.size());
    return out.take();
  }

 private:
  [[nodiscard]] Said said(JointTile const& tile, std::size_t component) const {
    return said_of(streams_[tile.stream_of_component[component]], component);
  }
  static Bytes number(std::size_t component) { return {static_cast<std::byte>(component)}; }

  std::span<Bytes const> streams_;
  Joint const& joint_;
};

std::vector<StreamPacket> packets_of_tile(std::span<Bytes const> streams, Joint const& joint,
                                          std::uint32_t number, JointTile const& tile) {
  std::vector<StreamPacket> packets;
  for (std::size_t c = 0; c < tile.stream_of_component.size(); ++c)
    for (StreamPacket const& each : packets_of(streams[tile.stream_of_component[c]], number))
      if (each.component == c) packets.push_back(each);
  auto runs = tile.runs.empty() ? joint.main.runs : tile.runs;
  if (runs.empty()) runs.push_back({.order = tile.progression});
  return ordered(packets, runs);
}

void write_tile(ByteWriter& out, std::uint32_t number, Bytes const& parameters,
                std::vector<StreamPacket> const& packets, std::size_t packets_in_part) {
  std::size_t const each = packets_in_part == 0 ? packets.size() : packets_in_part;
  std::size_t const parts = (packets.size() + each - 1) / each;
  for (std::size_t part = 0; part < parts; ++part) {
    ByteWriter inside;
    if (part == 0) inside.bytes(parameters);
    inside.u16_be(marker::kSod);
    for (std::size_t i = part * each; i < std::min(packets.size(), (part + 1) * each); ++i) {
      inside.bytes(packets[i].header);
      inside.bytes(packets[i].body);
    }
    write_tile_part(out, number, part, parts, inside.view());
  }
}

}  // namespace

Bytes joined(std::span<Bytes const> streams, Joint const& joint) {
  Bytes siz = body_of(streams.front(), marker::kSiz), cap;
  for (Bytes const& stream : streams)
    if (cap.empty()) cap = body_of(stream, marker::kCap);
  if (!cap.empty()) siz[0] |= std::byte{0x40};  // 15444-15 A.2: Rsiz announces CAP
  ByteWriter out;
  out.u16_be(marker::kSoc);
  write_segment(out, marker::kSiz, siz);
  if (!cap.empty()) write_segment(out, marker::kCap, cap);
  ParameterWriter writer(streams, joint);
  out.bytes(writer.write(joint.main, nullptr));
  std::uint32_t const tiles = codec::read_main_header(streams.front()).value().tiles;
  for (std::uint32_t number = 0; number < tiles; ++number) {
    bool const is_own = number < joint.tiles.size();
    JointTile const& tile = is_own ? joint.tiles[number] : joint.main;
    Bytes const parameters = is_own ? writer.write(tile, &joint.main) : Bytes{};
    write_tile(out, number, parameters, packets_of_tile(streams, joint, number, tile),
               joint.packets_in_part);
  }
  out.u16_be(marker::kEoc);
  return out.take();
}

}  // namespace sightline::test
