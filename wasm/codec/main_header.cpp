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
  header.is_part_2 = (in.u16_be() & kExtensions) != 0;
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
  if (components > (header.is_part_2 ? kMaxPart2Components : kMaxComponents))
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

/// The SPcod / SPcoc parameters. Table A.20.
Result<CodingStyle> read_style(ByteReader& in, bool has_precincts) {
  CodingStyle style;
  style.decompositions = in.u8();
  std::uint8_t const width = in.u8();
  std::uint8_t const height = in.u8();
  style.block_style = in.u8();
  std::uint8_t const transform = in.u8();
  if (in.failed()) return fail(Errc::corrupt, "coding style is too short");
  // Table A.18: exponents 2 to 10, their sum at most 12.
  if (style.decompositions > kMaxDecompositions || width > 8 || height > 8 || width + height > 8 ||
      transform > 1) {
    return fail(Errc::corrupt, "coding style out of range");
  }
  style.block_width_exponent = static_cast<std::uint8_t>(width + 2);
  style.block_height_exponent = static_cast<std::uint8_t>(height + 2);
  style.is_reversible = transform == 1;
  for (unsigned r = 0; r <= style.decompositions; ++r) {
    std::uint8_t const size = has_precincts ? in.u8() : 0xff;
    style.precinct_width_exponent[r] = size & 15;
    style.precinct_height_exponent[r] = size >> 4;
    // Table A.21: 0 only at the lowest resolution, where the LL band is not halved.
    if (in.failed() || (r > 0 && ((size & 15) == 0 || size >> 4 == 0))) {
      return fail(Errc::corrupt, "precinct size out of range");
    }
  }
  return style;
}

/// A.6.1.
Status read_cod(ByteReader& in, MainHeader& header) {
  std::uint8_t const flags = in.u8();
  header.allows_sop = (flags & 2) != 0;
  header.uses_eph = (flags & 4) != 0;
  header.progression = in.u8();
  header.layers = in.u16_be();
  std::uint8_t const mct = in.u8();
  // Part 2, A.2.3: bit 1 announces a decorrelation by matrices, bit 2 by wavelets.
  if (header.is_part_2 && mct > 1)
    return fail(Errc::unsupported, "components mixed by a transform of JPEG 2000 Part 2");
  if (in.failed() || header.progression > 4 || header.layers == 0 || mct > 1) {
    return fail(Errc::corrupt, "COD out of range");
  }
  header.uses_mct = mct == 1;
  auto style = read_style(in, (flags & 1) != 0);
  if (!style) return std::unexpected(style.error());
  header.styles.assign(header.components.size(), *style);
  return {};
}

struct ComponentStyle {
  std::size_t component = 0;
  CodingStyle style;
};

/// A.6.2.
Result<ComponentStyle> read_coc(ByteReader& in, std::size_t components) {
  std::size_t const component = components < 257 ? in.u8() : in.u16_be();
  std::uint8_t const flags = in.u8();
  if (in.failed() || component >= components) return fail(Errc::corrupt, "COC out of range");
  auto style = read_style(in, (flags & 1) != 0);
  if (!style) return std::unexpected(style.error());
  return ComponentStyle{component, *style};
}

/// The bodies of COC are kept until COD is there: their order is free (A.3).
struct Pending {
  std::vector<ComponentStyle> styles;
  bool has_cod = false, has_qcd = false;
};

Status read_segment(std::uint16_t code, std::span<std::byte const> body, MainHeader& header,
                    Pending& pending) {
  ByteReader in(body);
  switch (code) {
    case marker::kSiz: return fail(Errc::corrupt, "second SIZ");
    case marker::kCod:
      if (std::exchange(pending.has_cod, true)) return fail(Errc::corrupt, "second COD");
      return read_cod(in, header);
    case marker::kCoc: {
      auto style = read_coc(in, header.components.size());
      if (!style) return std::unexpected(style.error());
      pending.styles.push_back(*style);
      return {};
    }
    case marker::kCap:
      // 15444-1 A.5.2: bit 14 of the upper half announces Part 15.
      header.is_ht = (in.u32_be() & 0x00020000) != 0;
      return in.failed() ? fail(Errc::corrupt, "CAP is too short") : Status{};
    case marker::kQcd: pending.has_qcd = true; return {};
    case marker::kPoc: header.has_poc = true; return {};
    case marker::kPpm: header.has_packed_headers = true; return {};
    case marker::kTlm: header.has_tlm = true; return {};
    default: return {};
  }
}

Status finish(MainHeader& header, Pending const& pending) {
  if (!pending.has_cod) return fail(Errc::corrupt, "main header without COD");
  if (!pending.has_qcd) return fail(Errc::corrupt, "main header without QCD");
  for (ComponentStyle const& each : pending.styles) header.styles[each.component] = each.style;
  return {};
}

}  // namespace

Result<MainHeader> read_main_header(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  MainHeader header;
  Pending pending;
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
                                          : read_segment(code, body, header, pending);
    if (!status) return fail(status.error().code, status.error().detail, offset);
    header.segments.push_back({code, offset, std::size_t{2} + length});
  }
  if (auto status = finish(header, pending); !status) return std::unexpected(status.error());
  return header;
}

Result<CodingStyle> read_tile_coding_style(std::uint16_t code, std::span<std::byte const> body,
                                           std::size_t components, std::uint16_t* layers) {
  ByteReader in(body);
  if (code == marker::kCoc) {
    auto style = read_coc(in, components);
    if (!style) return std::unexpected(style.error());
    return style->style;
  }
  MainHeader header;
  header.is_part_2 = true;  // the main header has said what there may be
  header.components.resize(components);
  if (auto status = read_cod(in, header); !status) return std::unexpected(status.error());
  *layers = std::max(*layers, header.layers);
  return header.styles.front();
}

}  // namespace sightline::codec
