#pragma once
#include <cstdint>

namespace sightline::codec {

/// Bits of SPcod: how code-blocks are coded. Source: ISO/IEC 15444-1 table A.19; 15444-15 table
/// A.4.
namespace block_style {
inline constexpr std::uint8_t kBypass = 0x01, kResetContexts = 0x02, kTerminateAll = 0x04,
                              kStripeCausal = 0x08, kPredictableTermination = 0x10,
                              kSegmentationSymbols = 0x20;
inline constexpr std::uint8_t kHt = 0x40, kHtMixed = 0x80;
}  // namespace block_style

}  // namespace sightline::codec
