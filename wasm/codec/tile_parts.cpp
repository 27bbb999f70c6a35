#include "codec/tile_parts.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kSotSegmentBytes = 12;

std::uint16_t word_at(std::span<std::byte const> bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[offset]) << 8 |
                                    std::to_integer<unsigned>(bytes[offset + 1]));
}

/// End of the data before EOC (and padding), for a tile-part that reaches to the end.
std::size_t end_of_last_part(std::span<std::byte const> bytes) {
  if (!ends_with_eoc(bytes)) return bytes.size();
  return word_at(bytes, bytes.size() - 2) == marker::kEoc ? bytes.size() - 2 : bytes.size() - 3;
}

/// Marker segments from after SOT to SOD. A cut one is left out: no decoder can read it either.
Status read_part_header(ByteReader& in, TilePart& part) {
  while (true) {
    std::size_t const offset = in.position();
    std::uint16_t const code = in.u16_be();
    if (in.failed()) return fail(Errc::truncated, "tile-part header", offset);
    if (code == marker::kSod) return {};
    std::uint16_t const length = in.u16_be();
    if (code < 0xff00 || (!in.failed() && length < 2)) {
      return fail(Errc::corrupt, "tile-part header: not a marker segment", offset);
    }
    in.skip(std::max<unsigned>(length, 2) - 2);
    if (in.failed()) return fail(Errc::truncated, "tile-part header", offset);
    part.segments.push_back({code, offset, std::size_t{2} + length});
  }
}

}  // namespace

bool ends_with_eoc(std::span<std::byte const> bytes) {
  std::size_t const size = bytes.size();
  if (size >= 2 && word_at(bytes, size - 2) == marker::kEoc) return true;
  return size >= 3 && bytes[size - 1] == std::byte{0} && word_at(bytes, size - 3) == marker::kEoc;
}

Result<std::vector<TilePart>> list_tile_parts(std::span<std::byte const> bytes,
                                              MainHeader const& header) {
  std::vector<TilePart> parts;
  ByteReader in(bytes);
  in.seek(header.end_bytes);
  while (!in.at_end()) {
    TilePart part;
    part.offset_bytes = in.position();
    // What is padded to an even length, or by more, has zeros where EOC is missing.
    auto const is_zero = [](std::byte each) { return each == std::byte{0}; };
    if (!parts.empty() && std::ranges::all_of(bytes.subspan(part.offset_bytes), is_zero)) break;
    std::uint16_t const code = in.u16_be();
    if (!in.failed() && code == marker::kEoc) break;
    std::uint16_t const length = in.u16_be();
    part.tile = in.u16_be();
    std::uint32_t const size = part.stated_bytes = in.u32_be();
    part.index = in.u8();
    part.count = in.u8();
    if (in.failed()) {
      if (parts.empty()) break;
      parts.back().is_whole = false;
      return parts;
    }
    if (code != marker::kSot || length != 10 || part.tile >= header.tiles) {
      return fail(Errc::corrupt, "SOT out of range", part.offset_bytes);
    }
    if (auto status = read_part_header(in, part); !status) {
      if (status.error().code != Errc::truncated) return std::unexpected(status.error());
      part.is_whole = false;
      part.data_bytes = part.end_bytes = bytes.size();
      parts.push_back(std::move(part));
      break;
    }
    part.data_bytes = in.position();
    std::size_t const last_end = std::max(end_of_last_part(bytes), part.data_bytes);
    std::uint64_t const end = size == 0 ? last_end : std::uint64_t{part.offset_bytes} + size;
    if (size != 0 && (size < kSotSegmentBytes + 2 || end < part.data_bytes)) {
      return fail(Errc::corrupt, "Psot is shorter than the tile-part header", part.offset_bytes);
    }
    part.is_whole = end <= bytes.size();
    part.end_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(end, bytes.size()));
    in.seek(part.end_bytes);
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return fail(Errc::truncated, "no tile-part", header.end_bytes);
  return parts;
}

}  // namespace sightline::codec
