#include "codec/packed_headers.hpp"

#include <algorithm>
#include <cstdint>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

using Bytes = std::span<std::byte const>;

/// A PPM or PPT segment: Zppm or Zppt, and what follows it.
struct Piece {
  unsigned index = 0;
  Bytes bytes;
};

/// Those of a header in their order. Nothing: one is empty, or two have one index.
std::optional<std::vector<Piece>> pieces_of(Bytes codestream,
                                            std::span<MainHeader::Segment const> segments,
                                            std::uint16_t code) {
  std::vector<Piece> pieces;
  for (auto const& segment : segments) {
    if (segment.code != code) continue;
    auto const body = codestream.subspan(segment.offset_bytes + 4, segment.length_bytes - 4);
    if (body.empty()) return std::nullopt;
    pieces.push_back({std::to_integer<unsigned>(body.front()), body.subspan(1)});
  }
  std::ranges::sort(pieces, {}, &Piece::index);
  if (std::ranges::adjacent_find(pieces, {}, &Piece::index) != pieces.end()) return std::nullopt;
  return pieces;
}

}  // namespace

std::optional<MainPackedHeaders> read_ppm(Bytes codestream, MainHeader const& header) {
  auto const pieces = pieces_of(codestream, header.segments, marker::kPpm);
  if (!pieces) return std::nullopt;
  std::vector<std::byte> joined;
  for (Piece const& piece : *pieces)
    joined.insert(joined.end(), piece.bytes.begin(), piece.bytes.end());
  MainPackedHeaders packed;
  // In place: each record moves to the front by the Nppm before it.
  std::size_t end = 0;
  for (ByteReader in(joined); !in.at_end();) {
    std::uint32_t const size = in.u32_be();
    if (in.failed() || size > in.remaining()) return std::nullopt;
    auto const record = in.bytes(size);
    std::copy(record.begin(), record.end(), joined.begin() + static_cast<std::ptrdiff_t>(end));
    end += size;
    packed.ends.push_back(end);
  }
  joined.resize(end);
  packed.bytes = std::move(joined);
  return packed;
}

std::optional<std::vector<std::byte>> read_ppt(Bytes codestream,
                                               std::span<TilePart const* const> parts) {
  std::vector<std::byte> joined;
  for (TilePart const* part : parts) {
    auto const pieces = pieces_of(codestream, part->segments, marker::kPpt);
    if (!pieces) return std::nullopt;
    for (Piece const& piece : *pieces)
      joined.insert(joined.end(), piece.bytes.begin(), piece.bytes.end());
  }
  return joined;
}

}  // namespace sightline::codec
