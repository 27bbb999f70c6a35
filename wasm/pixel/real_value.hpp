#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

namespace sightline::pixel {

/// The texel of a real number that is none: NaN, an infinity, and the number itself, which files
/// have for "no value". Drawn as background. Source: PS3.3 C.7.6.24 (values are IEEE 754 numbers).
inline constexpr float kNoValue = -std::numeric_limits<float>::max();

/// A real number as single precision, as the GPU holds it: kNoValue for what is no number, the
/// largest one for what is beyond single precision. Source: PS3.5 6.2 (OF, OD).
inline float texel_of_real(double value) {
  constexpr double kMost = std::numeric_limits<float>::max();
  if (!std::isfinite(value) || value <= -kMost) return kNoValue;
  return static_cast<float>(std::min(value, kMost));
}

/// Source: PS3.3 C.7.6.24.
inline bool is_value(float texel) { return texel != kNoValue; }

}  // namespace sightline::pixel
