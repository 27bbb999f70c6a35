#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "codec/marker_segment.hpp"
#include "codec/part_2_marker.hpp"

namespace sightline::codec {

inline constexpr unsigned kMaxDecompositions = 32;

/// How one component is coded: SPcod or SPcoc. Source: ISO/IEC 15444-1 A.6.1, A.6.2.
struct CodingStyle {
  std::uint8_t decompositions = 0;
  std::uint8_t block_width_exponent = 6, block_height_exponent = 6;  ///< xcb, ycb
  std::uint8_t block_style = 0;  ///< Table A.19; 0x40 = HT (15444-15 A.4).
  bool is_reversible = false;    ///< 5/3
  std::array<std::uint8_t, kMaxDecompositions + 1>
      precinct_width_exponent{};  ///< PPx by resolution
  std::array<std::uint8_t, kMaxDecompositions + 1>
      precinct_height_exponent{};  ///< PPy by resolution
  auto operator<=>(CodingStyle const&) const = default;
};

/// How a tile is coded: what COD says of all components, and the style of each.
/// Source: ISO/IEC 15444-1 A.6.1, A.6.2.
struct TileCoding {
  std::uint16_t layers = 1;
  std::uint8_t progression = 0;  ///< Table A.16; 2 = RPCL.
  bool uses_mct = false, allows_sop = false, uses_eph = false;
  std::vector<CodingStyle> styles;  ///< One for each component.

  [[nodiscard]] bool is_reversible() const;  ///< All components are.
  [[nodiscard]] unsigned fewest_decompositions() const;
};

/// The style that one COD or COC sets; COD also sets all but the styles of `coding`. Errors:
/// corrupt; unsupported (transforms of Part 2, unless they are passed over). Source: ISO/IEC
/// 15444-1 A.6.1, A.6.2.
Result<CodingStyle> read_coding_style(MarkerSegment const& segment,
                                      std::span<std::byte const> codestream, std::size_t components,
                                      Extensions extensions, TileCoding& coding);

/// What COD and COC among a header's segments set, over `coding`, which has a style for each
/// component: COC goes before COD wherever it stands, and both before what was set. Errors, with
/// the segment's offset: corrupt (transforms of Part 2 too, where it has no extensions);
/// unsupported (them, where they are refused). Source: ISO/IEC 15444-1 A.6.1, A.6.2.
Status read_tile_coding(std::span<std::byte const> codestream,
                        std::span<MarkerSegment const> segments, Extensions extensions,
                        TileCoding& coding);

}  // namespace sightline::codec
