#include "j2k_patches.hpp"

#include <span>

#include "base/byte_writer.hpp"
#include "codec/main_header.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::test {
namespace marker = codec::marker;

std::size_t segment_offset(std::vector<std::byte> const& codestream, std::uint16_t code) {
  auto const header = codec::read_main_header(codestream).value();
  for (auto const& segment : header.segments)
    if (segment.code == code) return segment.offset_bytes;
  return codestream.size();
}

std::vector<std::byte> with_depth(std::vector<std::byte> codestream, unsigned bits,
                                  bool is_signed) {
  auto const components = codec::read_main_header(codestream).value().components.size();
  std::size_t const first = segment_offset(codestream, marker::kSiz) + 40;
  for (std::size_t i = 0; i < components; ++i)
    codestream[first + 3 * i] = static_cast<std::byte>((bits - 1) | (is_signed ? 0x80u : 0u));
  return codestream;
}

std::vector<std::byte> with_planes(std::vector<std::byte> codestream, int more_exponent,
                                   int more_guard_bits) {
  std::size_t const qcd = segment_offset(codestream, marker::kQcd);
  auto const add = [&](std::size_t at, int more, int unit) {
    codestream[at] = static_cast<std::byte>(std::to_integer<int>(codestream[at]) + more * unit);
  };
  std::size_t const end = qcd + 2 + std::to_integer<std::size_t>(codestream[qcd + 3]);
  bool const has_mantissas = (codestream[qcd + 4] & std::byte{31}) != std::byte{0};
  add(qcd + 4, more_guard_bits, 32);
  for (std::size_t at = qcd + 5; at < end; at += has_mantissas ? 2 : 1) add(at, more_exponent, 8);
  return codestream;
}

std::vector<std::byte> with_tile_segment(std::vector<std::byte> const& codestream, unsigned tile,
                                         std::uint16_t code, std::vector<std::byte> const& body,
                                         unsigned part_index) {
  auto const header = codec::read_main_header(codestream).value();
  auto const parts = codec::list_tile_parts(codestream, header).value();
  ByteWriter out;
  std::size_t done = 0;
  for (codec::TilePart const& part : parts) {
    if (part.tile != tile || part.index != part_index) continue;
    auto const all = std::span(codestream);
    auto const added = static_cast<std::uint32_t>(body.size() + 4);
    out.bytes(all.first(part.offset_bytes + 6));
    out.u32_be(part.stated_bytes + added);
    out.bytes(all.subspan(part.offset_bytes + 10, 2));
    out.u16_be(code);
    out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
    out.bytes(body);
    done = part.offset_bytes + 12;
  }
  out.bytes(std::span(codestream).subspan(done));
  return out.take();
}

std::vector<std::byte> with_body(std::vector<std::byte> const& codestream, std::uint16_t code,
                                 std::vector<std::byte> const& body) {
  auto const all = std::span(codestream);
  std::size_t const at = segment_offset(codestream, code);
  std::size_t const length =
      std::to_integer<std::size_t>(all[at + 2]) << 8 | std::to_integer<std::size_t>(all[at + 3]);
  ByteWriter out;
  out.bytes(all.first(at + 2));
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  out.bytes(body);
  out.bytes(all.subspan(at + 2 + length));
  return out.take();
}

}  // namespace sightline::test
