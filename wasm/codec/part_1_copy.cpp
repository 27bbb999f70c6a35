#include "codec/part_1_copy.hpp"

#include <algorithm>
#include <cstdint>

#include "base/byte_writer.hpp"
#include "codec/main_header.hpp"
#include "codec/part_2_marker.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint16_t kExtensions = 0x8000;  // Rsiz
constexpr std::size_t kMctAt = 4;              // in COD's body
constexpr std::size_t kSotBytes = 12, kPsotAt = 6;

using Bytes = std::span<std::byte const>;

void copy_segment(Bytes codestream, MarkerSegment const& segment, ByteWriter& out) {
  if (part_2_marker::may_be_passed_over(segment.code)) return;
  Bytes const body = segment.body(codestream);
  out.u16_be(segment.code);
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  if (segment.code == marker::kSiz && body.size() > 2) {
    // Part 2's streams may have this many components.
    out.u16_be(kExtensions);
    out.bytes(body.subspan(2));
  } else if (segment.code == marker::kCod && body.size() > kMctAt) {
    auto const mct = std::to_integer<std::uint8_t>(body[kMctAt]);
    out.bytes(body.first(kMctAt));
    out.u8(announces_stages(mct) ? 0 : mct);
    out.bytes(body.subspan(kMctAt + 1));
  } else {
    out.bytes(body);
  }
}

/// Psot is what is left.
void copy_part(Bytes codestream, TilePart const& part, ByteWriter& out) {
  bool const has_data = part.is_whole || part.data_bytes < codestream.size();
  if (!has_data) return;  // cut inside its header
  ByteWriter segments;
  for (auto const& each : part.segments) copy_segment(codestream, each, segments);
  std::size_t const before = part.data_bytes - part.offset_bytes - kSotBytes - 2;
  auto const removed = static_cast<std::uint32_t>(before - segments.size());
  out.bytes(codestream.subspan(part.offset_bytes, kPsotAt));
  out.u32_be(part.stated_bytes == 0 ? 0 : part.stated_bytes - removed);
  out.bytes(codestream.subspan(part.offset_bytes + kPsotAt + 4, kSotBytes - kPsotAt - 4));
  out.bytes(segments.view());
  out.u16_be(marker::kSod);
  out.bytes(codestream.subspan(part.data_bytes, part.end_bytes - part.data_bytes));
}

bool is_of_part_2(Bytes codestream, MarkerSegment const& segment) {
  Bytes const body = segment.body(codestream);
  return part_2_marker::may_be_passed_over(segment.code) ||
         (segment.code == marker::kCod && body.size() > kMctAt &&
          announces_stages(std::to_integer<std::uint8_t>(body[kMctAt])));
}

}  // namespace

std::vector<std::byte> copy_part_1(Bytes codestream) {
  auto const header = read_main_header(codestream, Extensions::passed_over);
  if (!header) return {codestream.begin(), codestream.end()};
  auto const parts = list_tile_parts(codestream, *header);
  auto const has_extensions = [&](TilePart const& part) {
    return std::ranges::any_of(part.segments,
                               [&](auto const& each) { return is_of_part_2(codestream, each); });
  };
  bool const changes_parts = parts && std::ranges::any_of(*parts, has_extensions);
  ByteWriter out(codestream.size());
  out.bytes(codestream.first(2));
  for (auto const& each : header->segments) {
    // The lengths of tile-parts that TLM gives are no longer right.
    if (!changes_parts || each.code != marker::kTlm) copy_segment(codestream, each, out);
  }
  if (!changes_parts) {
    out.bytes(codestream.subspan(header->end_bytes));
    return out.take();
  }
  for (TilePart const& part : *parts) copy_part(codestream, part, out);
  out.bytes(codestream.subspan(parts->back().end_bytes));
  return out.take();
}

}  // namespace sightline::codec
