#include "codec/main_header.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint16_t kExtensions = 0x8000;  // 15444-2 A.2.1: Rsiz of codestreams with extensions

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>((std::uint64_t{a} + b - 1) / b);
}

/// A.5.1.
Status read_siz(ByteReader& in, MainHeader& header) {
  // Rsiz: capabilities; what else matters of them is read from the markers themselves.
  bool const announces_extensions = (in.u16_be() & kExtensions) != 0;
  if (announces_extensions && header.extensions == Extensions::none)
    header.extensions = Extensions::refused;
  header.x1 = in.u32_be();
  header.y1 = in.u32_be();
  header.x0 = in.u32_be();
  header.y0 = in.u32_be();
  header.tile_width = in.u32_be();
  header.tile_height = in.u32_be();
  header.tile_x0 = in.u32_be();
  header.tile_y0 = in.u32_be();
  unsigned const components = in.u16_be();
  if (in.failed()) return fail(Errc::corrupt, "SIZ is too short");
  if (components == 0) return fail(Errc::corrupt, "SIZ without components");
  bool const is_part_2 = header.extensions != Extensions::none;
  if (components > (is_part_2 ? kMaxPart2Components : kMaxComponents))
    return fail(Errc::limit_exceeded, "SIZ: many components");
  if (header.x0 >= header.x1 || header.y0 >= header.y1 || header.tile_width == 0 ||
      header.tile_height == 0 || header.tile_x0 > header.x0 || header.tile_y0 > header.y0 ||
      std::uint64_t{header.tile_x0} + header.tile_width <= header.x0 ||
      std::uint64_t{header.tile_y0} + header.tile_height <= header.y0) {
    return fail(Errc::corrupt, "SIZ: empty image or tile outside it");
  }
  for (unsigned i = 0; i < components; ++i) {
    std::uint8_t const depth = in.u8();
    ComponentSize component;
    component.bits = static_cast<std::uint8_t>((depth & 0x7f) + 1);
    component.is_signed = (depth & 0x80) != 0;
    component.step_x = in.u8();
    component.step_y = in.u8();
    if (in.failed() || component.step_x == 0 || component.step_y == 0 || component.bits > 38) {
      return fail(Errc::corrupt, "SIZ: component out of range");
    }
    header.components.push_back(component);
  }
  std::uint64_t const tiles =
      std::uint64_t{ceil_div(header.x1 - header.tile_x0, header.tile_width)} *
      ceil_div(header.y1 - header.tile_y0, header.tile_height);
  if (tiles > 65535) return fail(Errc::corrupt, "SIZ: more than 65535 tiles");
  header.tiles = static_cast<std::uint32_t>(tiles);
  return {};
}

/// Segments that there must be one of.
struct Seen {
  bool has_cod = false, has_qcd = false;
};

Status read_segment(std::uint16_t code, std::span<std::byte const> body, MainHeader& header,
                    Seen& seen) {
  ByteReader in(body);
  switch (code) {
    case marker::kSiz: return fail(Errc::corrupt, "second SIZ");
    case marker::kCod:
      return std::exchange(seen.has_cod, true) ? fail(Errc::corrupt, "second COD") : Status{};
    case marker::kCap:
      // 15444-1 A.5.2: bit 14 of the upper half announces Part 15.
      header.is_ht = (in.u32_be() & 0x00020000) != 0;
      return in.failed() ? fail(Errc::corrupt, "CAP is too short") : Status{};
    case marker::kQcd: seen.has_qcd = true; return {};
    case marker::kPoc: header.has_poc = true; return {};
    case marker::kPpm: header.has_packed_headers = true; return {};
    case marker::kTlm: header.has_tlm = true; return {};
    default: return {};
  }
}

/// COD and COC are read when both are there: their order is free (A.3).
Status finish(std::span<std::byte const> bytes, Seen const& seen, MainHeader& header) {
  if (!seen.has_cod) return fail(Errc::corrupt, "main header without COD");
  if (!seen.has_qcd) return fail(Errc::corrupt, "main header without QCD");
  header.coding.styles.resize(header.components.size());
  return read_tile_coding(bytes, header.segments, header.extensions, header.coding);
}

}  // namespace

Result<MainHeader> read_main_header(std::span<std::byte const> bytes, Extensions extensions) {
  ByteReader in(bytes);
  MainHeader header;
  header.extensions = extensions;
  Seen seen;
  std::uint16_t const start = in.u16_be();
  if (in.failed()) return fail(Errc::truncated, "no codestream");
  if (start != marker::kSoc) return fail(Errc::corrupt, "codestream without SOC");
  while (true) {
    std::size_t const offset = in.position();
    std::uint16_t const code = in.u16_be();
    if (in.failed()) return fail(Errc::truncated, "main header", offset);
    if (code == marker::kSot) {
      header.end_bytes = offset;
      break;
    }
    std::uint16_t const length = in.u16_be();
    if (code < 0xff00 || (!in.failed() && length < 2)) {
      return fail(Errc::corrupt, "main header: not a marker segment", offset);
    }
    auto const body = in.bytes(std::max<unsigned>(length, 2) - 2);
    if (in.failed()) return fail(Errc::truncated, "main header", offset);
    // A.5.1: SIZ comes first; everything else is read in terms of its components.
    if (header.segments.empty() != (code == marker::kSiz)) {
      return fail(Errc::corrupt, "main header does not begin with one SIZ", offset);
    }
    ByteReader body_reader(body);
    auto status = header.segments.empty() ? read_siz(body_reader, header)
                                          : read_segment(code, body, header, seen);
    if (!status) return fail(status.error().code, status.error().detail, offset);
    header.segments.push_back({code, offset, std::size_t{2} + length});
  }
  if (auto status = finish(bytes, seen, header); !status) return std::unexpected(status.error());
  return header;
}

}  // namespace sightline::codec
