#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "codec/main_header.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {

/// Packet headers in the main header, by tile-part in the order of the stream.
/// Source: ISO/IEC 15444-1 A.7.4.
struct MainPackedHeaders {
  std::vector<std::byte> bytes;   ///< All segments', in the order of Zppm, without Nppm.
  std::vector<std::size_t> ends;  ///< Of each tile-part's bytes.
  [[nodiscard]] std::span<std::byte const> of_part(std::size_t part) const {
    std::size_t const begin = part == 0 ? 0 : ends[part - 1];
    return std::span(bytes).subspan(begin, ends[part] - begin);
  }
};

/// Joins the PPM segments of a main header. Nothing: they break the format. Allocates at most their
/// own size, and a word for each tile-part.
std::optional<MainPackedHeaders> read_ppm(std::span<std::byte const> codestream,
                                          MainHeader const& header);

/// Joins the PPT segments of a tile's parts, which are in stream order; empty where there are none.
/// Zppt counts within a part; OpenJPEG lets it count within the tile. Nothing: they break the
/// format. Source: ISO/IEC 15444-1 A.7.5.
std::optional<std::vector<std::byte>> read_ppt(std::span<std::byte const> codestream,
                                               std::span<TilePart const* const> parts);

}  // namespace sightline::codec
