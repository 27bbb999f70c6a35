#pragma once
#include <cstdint>

namespace sightline::codec {

/// What a reader of Part 1 does with what only Part 2 knows in the headers of a codestream.
enum class Extensions : std::uint8_t {
  none,         ///< None is announced: it is not looked for.
  refused,      ///< Some is announced (Rsiz), and not known.
  passed_over,  ///< As if it were not there: another reader has read it.
};

/// Marker codes. Source: ISO/IEC 15444-2 table A.1.
namespace part_2_marker {
inline constexpr std::uint16_t kDco = 0xff70, kVms = 0xff71, kDfs = 0xff72, kAds = 0xff73;
inline constexpr std::uint16_t kMct = 0xff74, kMcc = 0xff75, kNlt = 0xff76, kMco = 0xff77;
inline constexpr std::uint16_t kCbd = 0xff78, kAtk = 0xff79;

constexpr bool is_transform(std::uint16_t code) {
  return code == kMct || code == kMcc || code == kMco;
}
constexpr bool is_multi_component(std::uint16_t code) { return is_transform(code) || code == kCbd; }
/// What changes values behind or before the transforms, and leaves a picture without it.
constexpr bool is_value_step(std::uint16_t code) {
  return code == kDco || code == kVms || code == kNlt;
}
constexpr bool is_wavelet(std::uint16_t code) {
  return code == kDfs || code == kAds || code == kAtk;
}
/// Without these there are still the coded components.
constexpr bool may_be_passed_over(std::uint16_t code) {
  return is_multi_component(code) || is_value_step(code);
}
}  // namespace part_2_marker

/// RCT or ICT of SGcod, where no transform of Part 2 stands. Source: ISO/IEC 15444-2 A.2.3.
inline constexpr std::uint8_t kPart1Mct = 1;
constexpr bool announces_stages(std::uint8_t mct) { return (mct & ~kPart1Mct) != 0; }

}  // namespace sightline::codec
