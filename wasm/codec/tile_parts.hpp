#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/main_header.hpp"

namespace sightline::codec {

/// One tile-part, as offsets into the codestream. Source: ISO/IEC 15444-1 A.4.2.
struct TilePart {
  std::uint16_t tile = 0;
  std::uint8_t index = 0, count = 0;          ///< TPsot; TNsot (0 = not told)
  std::size_t offset_bytes = 0;               ///< Of SOT.
  std::uint32_t stated_bytes = 0;             ///< Psot, also when the input has less.
  std::size_t data_bytes = 0, end_bytes = 0;  ///< Bit-stream data: [data, end).
  std::vector<MainHeader::Segment> segments;  ///< Between SOT and SOD.
  bool is_whole = true;                       ///< false: cut, in its header or its data.
};

/// Lists the tile-parts after the main header, up to EOC or the end of the input. Where the input
/// is cut, the last part is not whole, and has the segments that could be read. Psot = 0 reaches to
/// EOC. Errors: corrupt; truncated when there is not one SOT.
Result<std::vector<TilePart>> list_tile_parts(std::span<std::byte const> bytes,
                                              MainHeader const& header);

/// True when the bytes end in EOC; one padding byte after it is looked past (PS3.5 8.2: even
/// length).
bool ends_with_eoc(std::span<std::byte const> bytes);

}  // namespace sightline::codec
