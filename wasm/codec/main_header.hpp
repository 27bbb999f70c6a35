#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace sightline::codec {

/// Marker codes. Source: ISO/IEC 15444-1 table A.1, A.2.
namespace marker {
inline constexpr std::uint16_t kSoc = 0xff4f, kSot = 0xff90, kSod = 0xff93, kEoc = 0xffd9;
inline constexpr std::uint16_t kSiz = 0xff51, kCod = 0xff52, kCoc = 0xff53, kRgn = 0xff5e;
inline constexpr std::uint16_t kQcd = 0xff5c, kQcc = 0xff5d, kPoc = 0xff5f, kTlm = 0xff55;
inline constexpr std::uint16_t kPlm = 0xff57, kPlt = 0xff58, kPpm = 0xff60, kPpt = 0xff61;
inline constexpr std::uint16_t kSop = 0xff91, kEph = 0xff92, kCap = 0xff50, kCom = 0xff64;
}  // namespace marker

inline constexpr unsigned kMaxDecompositions = 32;
/// Of the pictures that DICOM holds (1, 3, rarely 4); the standard's bound is 16384.
inline constexpr unsigned kMaxComponents = 16;
/// Of codestreams of Part 2, whose components may be frames.
inline constexpr unsigned kMaxPart2Components = 1024;

/// One component of SIZ. Source: ISO/IEC 15444-1 A.5.1.
struct ComponentSize {
  std::uint8_t bits = 0;
  bool is_signed = false;
  std::uint8_t step_x = 1, step_y = 1;  ///< XRsiz, YRsiz
};

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
  bool operator==(CodingStyle const&) const = default;
};

/// The numbers of SOC..first SOT, checked one by one (not against each other's products).
struct MainHeader {
  std::uint32_t x1 = 0, y1 = 0;  ///< Xsiz, Ysiz
  std::uint32_t x0 = 0, y0 = 0;  ///< XOsiz, YOsiz
  std::uint32_t tile_width = 0, tile_height = 0, tile_x0 = 0, tile_y0 = 0;
  std::vector<ComponentSize> components;
  std::vector<CodingStyle> styles;  ///< One for each component.
  std::uint32_t tiles = 0;
  std::uint16_t layers = 1;
  std::uint8_t progression = 0;  ///< Table A.16; 2 = RPCL.
  bool uses_mct = false, allows_sop = false, uses_eph = false;
  bool is_ht = false;      ///< CAP announces Part 15.
  bool is_part_2 = false;  ///< Rsiz announces extensions of 15444-2.
  bool has_poc = false, has_packed_headers = false, has_tlm = false;

  /// A marker segment of the header: the span from its marker to its end.
  struct Segment {
    std::uint16_t code = 0;
    std::size_t offset_bytes = 0, length_bytes = 0;
  };
  std::vector<Segment> segments;  ///< In order, without SOC.
  std::size_t end_bytes = 0;      ///< Offset of the first SOT.
};

/// Parses a codestream's main header. Errors: corrupt, truncated, unsupported, limit_exceeded.
/// Source: ISO/IEC 15444-1 A.3 to A.6; 15444-15 A.
Result<MainHeader> read_main_header(std::span<std::byte const> bytes);

/// Parses the body of a COD or COC that a tile-part header may carry, into the style it sets.
/// Only what bounds memory is wanted there. Errors: corrupt, truncated.
Result<CodingStyle> read_tile_coding_style(std::uint16_t code, std::span<std::byte const> body,
                                           std::size_t components, std::uint16_t* layers);

}  // namespace sightline::codec
