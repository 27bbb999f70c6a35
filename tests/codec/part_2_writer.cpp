#include "part_2_writer.hpp"

#include <bit>

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

}  // namespace

std::vector<std::byte> with_part_2(std::vector<std::byte> const& part_1,
                                   Part2Options const& options) {
  ByteReader in(part_1);
  ByteWriter out;
  out.u16_be(in.u16_be());
  while (true) {
    std::uint16_t const code = in.u16_be();
    if (code == 0xff90) {
      for (Part2Array const& each : options.arrays) write_array(out, each);
      for (std::size_t i = 0; i < options.stages.size(); ++i)
        write_stage(out, static_cast<unsigned>(i + 1), options.stages[i]);
      ByteWriter order, depths;
      order.u8(static_cast<std::uint8_t>(options.stages.size()));
      for (std::size_t i = 0; i < options.stages.size(); ++i)
        order.u8(static_cast<std::uint8_t>(i + 1));
      if (options.has_order) segment(out, 0xff77, order);
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

}  // namespace sightline::test
