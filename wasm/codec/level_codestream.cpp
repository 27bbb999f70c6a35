#include <algorithm>
#include <numeric>

#include "base/byte_writer.hpp"
#include "codec/codestream.hpp"
#include "codec/main_header.hpp"
#include "codec/packet_walker.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint32_t kSotBytes = 12, kSodBytes = 2;
constexpr std::size_t kMaxSegmentBody = 65535 - 2;

/// A single-tile stream taken apart: its header, its tile-parts and the data they carry.
struct Parsed {
  MainHeader header;
  std::vector<TilePart> parts;
  std::vector<std::byte> joined;  ///< Only when there are several tile-parts.
  std::span<std::byte const> data;
};

bool may_be_dropped(std::uint16_t code) { return code == marker::kPlt || code == marker::kCom; }

Status check_parts(std::vector<TilePart> const& parts) {
  std::size_t expected = 0;
  for (TilePart const& part : parts) {
    if (!part.is_whole) return fail(Errc::truncated, "tile-part", part.offset_bytes);
    if (part.index != expected++) return fail(Errc::corrupt, "TPsot", part.offset_bytes);
    for (auto const& segment : part.segments) {
      if (!may_be_dropped(segment.code)) {
        return fail(Errc::unsupported, "tile-part header with parameters", segment.offset_bytes);
      }
    }
  }
  return {};
}

Result<Parsed> parse(std::span<std::byte const> bytes) {
  auto header = read_main_header(bytes);
  if (!header) return std::unexpected(header.error());
  if (header->tiles != 1) return fail(Errc::unsupported, "several tiles");
  auto parts = list_tile_parts(bytes, *header);
  if (!parts) return std::unexpected(parts.error());
  if (auto status = check_parts(*parts); !status) return std::unexpected(status.error());
  Parsed parsed{std::move(*header), std::move(*parts), {}, {}};
  auto const data_of = [&](TilePart const& part) {
    return bytes.subspan(part.data_bytes, part.end_bytes - part.data_bytes);
  };
  if (parsed.parts.size() == 1) {
    parsed.data = data_of(parsed.parts.front());
    return parsed;
  }
  for (TilePart const& part : parsed.parts) {
    auto const data = data_of(part);
    parsed.joined.insert(parsed.joined.end(), data.begin(), data.end());
  }
  parsed.data = parsed.joined;
  return parsed;
}

/// True when tile-part r holds resolution r and nothing else.
bool is_leveled(Parsed const& parsed, PacketIndex const& index) {
  if (parsed.parts.size() != index.packet_bytes.size()) return false;
  for (std::size_t r = 0; r < parsed.parts.size(); ++r) {
    TilePart const& part = parsed.parts[r];
    if (part.end_bytes - part.data_bytes != index.resolution_bytes(r)) return false;
  }
  return true;
}

std::vector<std::uint32_t> ends_of(std::vector<TilePart> const& parts, std::size_t stream_bytes) {
  std::vector<std::uint32_t> ends;
  ends.reserve(parts.size());
  for (TilePart const& part : parts) ends.push_back(static_cast<std::uint32_t>(part.end_bytes));
  ends.back() = static_cast<std::uint32_t>(stream_bytes);
  return ends;
}

/// PLT segments for one tile-part: each packet's length, seven bits a byte, high bits first.
/// Source: ISO/IEC 15444-1 A.7.3.
std::vector<std::byte> packet_length_segments(std::vector<std::uint32_t> const& sizes) {
  ByteWriter out;
  std::size_t next = 0;
  // Zplt has one byte: what 256 segments cannot hold is left out; PLT is a hint.
  for (unsigned number = 0; number < 256 && next < sizes.size(); ++number) {
    ByteWriter body;
    while (next < sizes.size() && body.size() + 5 < kMaxSegmentBody) {
      std::uint32_t const size = sizes[next++];
      for (unsigned shift = 28; shift > 0; shift -= 7) {
        if (size >> shift != 0) body.u8(static_cast<std::uint8_t>(0x80 | (size >> shift & 0x7f)));
      }
      body.u8(static_cast<std::uint8_t>(size & 0x7f));
    }
    out.u16_be(marker::kPlt);
    out.u16_be(static_cast<std::uint16_t>(body.size() + 3));
    out.u8(static_cast<std::uint8_t>(number));
    out.bytes(body.view());
  }
  return out.take();
}

/// TLM with one-byte tile numbers and four-byte lengths. Source: ISO/IEC 15444-1 A.7.1.
void write_tlm(ByteWriter& out, std::vector<std::uint32_t> const& part_bytes) {
  out.u16_be(marker::kTlm);
  out.u16_be(static_cast<std::uint16_t>(4 + 5 * part_bytes.size()));
  out.u8(0);     // Ztlm
  out.u8(0x50);  // Stlm: ST = 1, SP = 1
  for (std::uint32_t const bytes : part_bytes) {
    out.u8(0);
    out.u32_be(bytes);
  }
}

void write_sot(ByteWriter& out, std::uint32_t bytes, std::size_t part, std::size_t parts) {
  out.u16_be(marker::kSot);
  out.u16_be(10);
  out.u16_be(0);
  out.u32_be(bytes);
  out.u8(static_cast<std::uint8_t>(part));
  out.u8(static_cast<std::uint8_t>(parts));
}

/// The main header without what described the old tile-parts.
void write_main_header(ByteWriter& out, std::span<std::byte const> bytes,
                       MainHeader const& header) {
  out.u16_be(marker::kSoc);
  for (auto const& segment : header.segments) {
    if (segment.code == marker::kTlm || segment.code == marker::kPlm) continue;
    out.bytes(bytes.subspan(segment.offset_bytes, segment.length_bytes));
  }
}

Result<LeveledCodestream> rewrite(std::span<std::byte const> bytes, Parsed const& parsed,
                                  PacketIndex const& index) {
  std::size_t const count = index.packet_bytes.size();
  // With one precinct a resolution and component, a packet is no smaller than what is sent anyway.
  bool const has_precincts = std::any_of(
      index.packet_bytes.begin(), index.packet_bytes.end(),
      [&](auto const& sizes) { return sizes.size() > parsed.header.components.size(); });
  std::vector<std::vector<std::byte>> lengths(count);
  std::vector<std::uint32_t> part_bytes;
  for (std::size_t r = 0; r < count; ++r) {
    if (has_precincts) lengths[r] = packet_length_segments(index.packet_bytes[r]);
    std::uint64_t const size =
        kSotBytes + lengths[r].size() + kSodBytes + index.resolution_bytes(r);
    if (size > UINT32_MAX) return fail(Errc::limit_exceeded, "tile-part over 4 GiB");
    part_bytes.push_back(static_cast<std::uint32_t>(size));
  }
  std::uint64_t const total =
      std::accumulate(part_bytes.begin(), part_bytes.end(), std::uint64_t{bytes.size()} + 1024);
  if (total > UINT32_MAX) return fail(Errc::limit_exceeded, "codestream over 4 GiB");

  ByteWriter out(parsed.data.size() + parsed.header.end_bytes + 256);
  write_main_header(out, bytes, parsed.header);
  write_tlm(out, part_bytes);
  LeveledCodestream leveled;
  std::size_t position = 0;
  for (std::size_t r = 0; r < count; ++r) {
    auto const size = static_cast<std::size_t>(index.resolution_bytes(r));
    write_sot(out, part_bytes[r], r, count);
    out.bytes(lengths[r]);
    out.u16_be(marker::kSod);
    out.bytes(parsed.data.subspan(position, size));
    position += size;
    leveled.level_ends.push_back(static_cast<std::uint32_t>(out.size()));
  }
  out.u16_be(marker::kEoc);
  leveled.level_ends.back() = static_cast<std::uint32_t>(out.size());
  leveled.bytes = out.take();
  return leveled;
}

}  // namespace

Result<LeveledCodestream> level_codestream(std::span<std::byte const> bytes) {
  auto const parsed = parse(bytes);
  if (!parsed) return std::unexpected(parsed.error());
  auto const index = walk_packets(parsed->header, parsed->data);
  if (!index) return std::unexpected(index.error());
  if (parsed->header.has_tlm && is_leveled(*parsed, *index) && ends_with_eoc(bytes) &&
      bytes.size() <= UINT32_MAX) {
    return LeveledCodestream{{bytes.begin(), bytes.end()}, ends_of(parsed->parts, bytes.size())};
  }
  return rewrite(bytes, *parsed, *index);
}

Result<std::vector<std::uint32_t>> index_levels(std::span<std::byte const> bytes) {
  if (bytes.size() > UINT32_MAX) return fail(Errc::limit_exceeded, "codestream over 4 GiB");
  auto const parsed = parse(bytes);
  if (!parsed) return std::unexpected(parsed.error());
  if (!ends_with_eoc(bytes)) return fail(Errc::truncated, "codestream without EOC", bytes.size());
  auto const index = walk_packets(parsed->header, parsed->data);
  if (!index) return std::unexpected(index.error());
  if (!is_leveled(*parsed, *index)) {
    return fail(Errc::unsupported, "tile-parts do not follow the resolutions");
  }
  return ends_of(parsed->parts, bytes.size());
}

}  // namespace sightline::codec
