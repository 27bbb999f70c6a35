#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// Marker codes. Source: ISO/IEC 15444-1 table A.1, A.2.
namespace marker {
inline constexpr std::uint16_t kSoc = 0xff4f, kSot = 0xff90, kSod = 0xff93, kEoc = 0xffd9;
inline constexpr std::uint16_t kSiz = 0xff51, kCod = 0xff52, kCoc = 0xff53, kRgn = 0xff5e;
inline constexpr std::uint16_t kQcd = 0xff5c, kQcc = 0xff5d, kPoc = 0xff5f, kTlm = 0xff55;
inline constexpr std::uint16_t kPlm = 0xff57, kPlt = 0xff58, kPpm = 0xff60, kPpt = 0xff61;
inline constexpr std::uint16_t kSop = 0xff91, kEph = 0xff92, kCap = 0xff50, kCom = 0xff64;
}  // namespace marker

/// A marker segment of the main header or of a tile-part's: from its marker to its end.
/// Source: ISO/IEC 15444-1 A.1.3.
struct MarkerSegment {
  std::uint16_t code = 0;
  std::size_t offset_bytes = 0, length_bytes = 0;

  /// What follows its length. `codestream` is what it was read from.
  [[nodiscard]] std::span<std::byte const> body(std::span<std::byte const> codestream) const {
    return codestream.subspan(offset_bytes + 4, length_bytes - 4);
  }
};

}  // namespace sightline::codec
