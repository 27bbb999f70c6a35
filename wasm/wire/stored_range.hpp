#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/sample_block.hpp"

namespace sightline::wire {

/// Unsigned samples of 32 bits, half of which StreamIndex::min and max cannot hold: these hold
/// their bits.
inline bool keeps_bits(PixelFormat const& format) {
  return format.bits_allocated == 32 && !format.is_signed;
}

/// A stored value as StreamIndex::min and max keep it: within their range, or its bits.
inline std::int32_t kept_value(std::int64_t value, PixelFormat const& format) {
  using Kept = std::numeric_limits<std::int32_t>;
  if (keeps_bits(format)) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, Kept::min(), Kept::max()));
}

/// And back.
inline std::int64_t stored_value(std::int32_t kept, PixelFormat const& format) {
  return keeps_bits(format) ? std::int64_t{static_cast<std::uint32_t>(kept)} : std::int64_t{kept};
}

}  // namespace sightline::wire
