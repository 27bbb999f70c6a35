#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "codec/tile_coding.hpp"

namespace sightline::codec {

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

/// The numbers of SOC..first SOT, checked one by one (not against each other's products).
struct MainHeader {
  std::uint32_t x1 = 0, y1 = 0;  ///< Xsiz, Ysiz
  std::uint32_t x0 = 0, y0 = 0;  ///< XOsiz, YOsiz
  std::uint32_t tile_width = 0, tile_height = 0, tile_x0 = 0, tile_y0 = 0;
  std::vector<ComponentSize> components;
  TileCoding coding;  ///< Of tiles that have none of their own.
  std::uint32_t tiles = 0;
  bool is_ht = false;  ///< CAP announces Part 15.
  Extensions extensions = Extensions::none;
  bool has_poc = false, has_packed_headers = false, has_tlm = false;

  using Segment = MarkerSegment;
  std::vector<Segment> segments;  ///< In order, without SOC.
  std::size_t end_bytes = 0;      ///< Offset of the first SOT.
};

/// Parses a codestream's main header. `extensions`: those that Rsiz announces are refused, unless
/// they are passed over. Errors: corrupt, truncated, unsupported, limit_exceeded.
/// Source: ISO/IEC 15444-1 A.3 to A.6; 15444-15 A; 15444-2 A.2.1.
Result<MainHeader> read_main_header(std::span<std::byte const> bytes,
                                    Extensions extensions = Extensions::none);

}  // namespace sightline::codec
