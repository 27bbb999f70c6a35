#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

#include "dicom/instance.hpp"
#include "pixel/real_value.hpp"

namespace sightline::pixel {

/// Stored values that are no picture: Pixel Padding Value (0028,0120) to Pixel Padding Range Limit
/// (0028,0121), both included, first <= last. They are drawn black whatever is inverted, and never
/// mixed into a neighbour. Source: PS3.3 C.7.5.1.1.2.
struct PaddingRange {
  std::int32_t first = 0, last = 0;
  bool operator==(PaddingRange const&) const = default;
};

/// The range of a data set; the limit may lie on either side of the value. Source: PS3.3
/// C.7.5.1.1.2.
inline std::optional<PaddingRange> padding_range(dicom::DisplayPipeline const& display) {
  if (!display.padding_value) return std::nullopt;
  std::int32_t const value = *display.padding_value;
  std::int32_t const limit = display.padding_range_limit.value_or(value);
  return PaddingRange{std::min(value, limit), std::max(value, limit)};
}

/// Float or Double Float Pixel Padding Value to Range Limit, as texels (real_value.hpp). Source:
/// PS3.3 C.7.6.24, C.7.6.25.
struct RealPaddingRange {
  float first = 0, last = 0;
  bool operator==(RealPaddingRange const&) const = default;
};

/// Source: PS3.3 C.7.6.24, C.7.6.25.
inline std::optional<RealPaddingRange> real_padding_range(dicom::DisplayPipeline const& display) {
  if (!display.real_padding) return std::nullopt;
  auto const [first, last] = *display.real_padding;
  return RealPaddingRange{texel_of_real(first), texel_of_real(last)};
}

/// Source: PS3.3 C.7.6.24, C.7.6.25.
inline bool is_real_padding(float texel, std::optional<RealPaddingRange> const& padding) {
  return padding && texel >= padding->first && texel <= padding->last;
}

/// Source: PS3.3 C.7.5.1.1.2.
inline bool is_padding(std::int64_t stored_value, std::optional<PaddingRange> const& padding) {
  return padding && stored_value >= padding->first && stored_value <= padding->last;
}

}  // namespace sightline::pixel
