#include "part_2_writer.hpp"

#include <bit>
#include <span>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"

namespace sightline::test {
namespace {

void segment(ByteWriter& out, unsigned code, ByteWriter const& body) {
  out.u16_be(static_cast<std::uint16_t>(code));
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  out.bytes(body.view());
}

void element(ByteWriter& out, unsigned kind, double value) {
  switch (kind) {
    case 0: out.u16_be(static_cast<std::uint16_t>(static_cast<std::int16_t>(value))); break;
    case 1: out.u32_be(static_cast<std::uint32_t>(static_cast<std::int32_t>(value))); break;
    case 2: out.u32_be(std::bit_cast<std::uint32_t>(static_cast<float>(value))); break;
    default: out.u64_be(std::bit_cast<std::uint64_t>(value)); break;
  }
}

void write_array(ByteWriter& out, Part2Array const& array) {
  std::size_t const count = array.values.size();
  for (unsigned part = 0; part < array.parts; ++part) {
    ByteWriter body;
    body.u16_be(static_cast<std::uint16_t>(part));
    body.u16_be(static_cast<std::uint16_t>(array.index | array.type << 8 | array.kind << 10));
    if (part == 0) body.u16_be(static_cast<std::uint16_t>(array.parts - 1));
    for (std::size_t i = count * part / array.parts; i < count * (part + 1) / array.parts; ++i)
      element(body, array.kind, array.values[i]);
    segment(out, 0xff74, body);
  }
}

void write_indices(ByteWriter& out, std::vector<unsigned> const& indices, bool is_wide) {
  out.u16_be(static_cast<std::uint16_t>(indices.size() | (is_wide ? 0x8000u : 0u)));
  for (unsigned const each : indices)
    is_wide ? out.u16_be(static_cast<std::uint16_t>(each))
            : out.u8(static_cast<std::uint8_t>(each));
}

void write_stage(ByteWriter& out, unsigned index, std::vector<Part2Collection> const& stage) {
  ByteWriter body;
  body.u16_be(0);
  body.u8(static_cast<std::uint8_t>(index));
  body.u16_be(0);
  body.u16_be(static_cast<std::uint16_t>(stage.size()));
  for (Part2Collection const& each : stage) {
    body.u8(static_cast<std::uint8_t>(each.type));
    write_indices(body, each.inputs, each.is_wide);
    write_indices(body, each.outputs, each.is_wide);
    body.u8(each.is_reversible ? 1 : 0);
    body.u8(static_cast<std::uint8_t>(each.offset));
    body.u8(static_cast<std::uint8_t>(each.array));
    if (each.type == 3) body.u32_be(0);
  }
  segment(out, 0xff75, body);
}

void write_transforms(ByteWriter& out, Part2Options const& options) {
  for (Part2Array const& each : options.arrays) write_array(out, each);
  for (std::size_t i = 0; i < options.stages.size(); ++i)
    write_stage(out, static_cast<unsigned>(i + 1), options.stages[i]);
  ByteWriter order;
  order.u8(static_cast<std::uint8_t>(options.stages.size()));
  for (std::size_t i = 0; i < options.stages.size(); ++i)
    order.u8(static_cast<std::uint8_t>(i + 1));
  if (options.has_order) segment(out, 0xff77, order);
}

/// Offset of the first marker segment of that code in the main header; of SOT: its end.
std::size_t find_segment(std::vector<std::byte> const& codestream, unsigned code) {
  ByteReader in(codestream);
  in.skip(2);
  while (!in.failed()) {
    std::size_t const at = in.position();
    if (in.u16_be() == code) return at;
    in.skip(in.u16_be() - 2u);
  }
  return codestream.size();
}

}  // namespace

std::vector<std::byte> with_part_2(std::vector<std::byte> const& part_1,
                                   Part2Options const& options) {
  ByteReader in(part_1);
  ByteWriter out;
  out.u16_be(in.u16_be());
  while (true) {
    std::uint16_t const code = in.u16_be();
    if (code == 0xff90) {
      write_transforms(out, options);
      ByteWriter depths;
      depths.u16_be(static_cast<std::uint16_t>(options.depths.size()));
      for (std::uint8_t const depth : options.depths) depths.u8(depth);
      if (!options.depths.empty()) segment(out, 0xff78, depths);
      out.u16_be(code);
      out.bytes(in.rest());
      return out.take();
    }
    std::uint16_t const length = in.u16_be();
    auto const body = in.bytes(length - 2u);
    ByteWriter changed;
    if (code == 0xff51) {
      changed.u16_be(0x8200);
      changed.bytes(body.subspan(2));
    } else if (code == 0xff52) {
      changed.bytes(body.first(4));
      changed.u8(static_cast<std::uint8_t>(options.announced));
      changed.bytes(body.subspan(5));
    } else {
      changed.bytes(body);
    }
    segment(out, code, changed);
  }
}

std::vector<std::byte> with_tile_part_2(std::vector<std::byte> const& part_2, unsigned tile,
                                        Part2Options const& options) {
  ByteReader in(part_2);
  ByteWriter out;
  std::size_t const cod = find_segment(part_2, 0xff52);
  out.bytes(in.bytes(find_segment(part_2, 0xff90)));
  while (in.remaining() > 12) {
    auto const sot = in.bytes(12);
    ByteReader fields(sot);
    fields.skip(4);
    unsigned const number = fields.u16_be();
    std::uint32_t const length = fields.u32_be();
    ByteWriter added;
    if (number == tile && fields.u8() == 0) {
      auto const behind = std::span(part_2).subspan(cod + 2);
      ByteReader style(behind);
      unsigned const style_bytes = style.u16_be();
      ByteWriter body;
      body.bytes(style.bytes(4));
      body.u8(static_cast<std::uint8_t>(options.announced));
      style.skip(1);
      body.bytes(style.bytes(style_bytes - 7u));
      if (options.announced != 2) segment(added, 0xff52, body);
      if (!options.stages.empty()) write_transforms(added, options);
    }
    out.bytes(sot.first(6));
    out.u32_be(length + static_cast<std::uint32_t>(added.size()));
    out.bytes(sot.subspan(10));
    out.bytes(added.view());
    out.bytes(in.bytes(length - 12));
  }
  out.bytes(in.rest());
  return out.take();
}

std::vector<std::byte> with_segment(std::vector<std::byte> const& codestream, std::uint16_t code,
                                    std::vector<std::byte> const& body) {
  std::size_t const at = find_segment(codestream, 0xff90);
  ByteWriter out, bytes;
  bytes.bytes(body);
  out.bytes(std::span(codestream).first(at));
  segment(out, code, bytes);
  out.bytes(std::span(codestream).subspan(at));
  return out.take();
}

std::vector<std::byte> with_packed_headers(std::vector<std::byte> const& codestream, bool in_main) {
  ByteReader in(codestream);
  auto const main = in.bytes(find_segment(codestream, 0xff90));
  ByteWriter packed, parts;
  packed.u8(0);  // Zppm
  while (in.remaining() > 12) {
    auto const sot = in.bytes(12);
    ByteReader fields(sot);
    fields.skip(6);
    auto const part = in.bytes(fields.u32_be() - 12u);
    ByteWriter headers, data;
    std::size_t at = 0;
    while (part[at] != std::byte{0xff} || part[at + 1] != std::byte{0x93}) ++at;
    for (at += 2; at < part.size();) {
      bool is_header = true;  // behind SOP's six bytes, until EPH's two
      for (std::size_t i = at + 6;; ++i) {
        bool const is_marker = i + 1 < part.size() && part[i] == std::byte{0xff};
        if (i == part.size() || (is_marker && part[i + 1] == std::byte{0x91})) {
          at = i;
          break;
        }
        (is_header ? headers : data).u8(std::to_integer<std::uint8_t>(part[i]));
        if (!is_header || !is_marker || part[i + 1] != std::byte{0x92}) continue;
        headers.u8(0x92);
        is_header = false;
        ++i;
      }
    }
    ByteWriter segments, ppt;
    ppt.u8(0);  // Zppt
    ppt.bytes(headers.view());
    if (!in_main) segment(segments, 0xff61, ppt);
    packed.u32_be(static_cast<std::uint32_t>(headers.size()));
    packed.bytes(headers.view());
    parts.bytes(sot.first(6));
    parts.u32_be(static_cast<std::uint32_t>(12 + segments.size() + 2 + data.size()));
    parts.bytes(sot.subspan(10));
    parts.bytes(segments.view());
    parts.u16_be(0xff93);
    parts.bytes(data.view());
  }
  ByteWriter out;
  out.bytes(main);
  if (in_main) segment(out, 0xff60, packed);
  out.bytes(parts.view());
  out.bytes(in.rest());
  auto made = out.take();
  std::size_t const style = find_segment(made, 0xff52) + 4;  // Scod: no SOP any more
  made[style] &= ~std::byte{2};
  return made;
}

}  // namespace sightline::test
