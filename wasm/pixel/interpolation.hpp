#pragma once
#include <cmath>
#include <cstdint>

#include "pixel/transform.hpp"

namespace sightline::pixel {

/// A place between texels of a level. Interpolation comes after the Modality LUT (colour: after the
/// conversion to RGB). Units: texels. Source: PS3.4 N.2.
struct Place {
  std::int64_t row = 0, col = 0;        ///< upper left tap
  double row_share = 0, col_share = 0;  ///< of the lower, right taps: [0,1)
  std::int64_t nearest_row = 0, nearest_col = 0;
};

/// Texels. A device pixel's centre on the border of two texels takes the second one: without this,
/// single and double precision would decide such ties differently, and zooms like 1.7 make many.
/// Same in shaders/lib/geometry.glsl.
inline constexpr double kTie = 1.0 / 1024.0;

/// The place of a device pixel's centre. Source: PS3.4 N.2.
inline Place place_at(TexelMap const& map, std::uint32_t x, std::uint32_t y) {
  double const col = map.col_per_x * x + map.col_per_y * y + map.col_at_0;
  double const row = map.row_per_x * x + map.row_per_y * y + map.row_at_0;
  auto const whole = [](double v) { return static_cast<std::int64_t>(std::floor(v)); };
  return {whole(row),
          whole(col),
          row - std::floor(row),
          col - std::floor(col),
          whole(row + 0.5 + kTie),
          whole(col + 0.5 + kTie)};
}

/// A tap's value, or that there is none (padding).
struct Tap {
  double value = 0;
  bool known = false;
};

/// Bilinear over tap(row, col) -> Tap, as the nearest tap plus the weighted mean of the differences
/// to it: exact on a texel's centre and in flat regions, so that a step window stays sharp there.
/// Padding has no weight. Unknown when the nearest tap is padding. Source: PS3.4 N.2; PS3.3
/// C.7.5.1.1.2.
template <class TapAt>
Tap bilinear(Place const& place, TapAt tap) {
  Tap const nearest = tap(place.nearest_row, place.nearest_col);
  if (!nearest.known) return nearest;
  double sum = 0;
  double weights = 0;
  for (int r = 0; r < 2; ++r) {
    for (int c = 0; c < 2; ++c) {
      double const weight = (r == 0 ? 1 - place.row_share : place.row_share) *
                            (c == 0 ? 1 - place.col_share : place.col_share);
      if (weight == 0) continue;
      Tap const other = tap(place.row + r, place.col + c);
      if (!other.known) continue;
      sum += weight * (other.value - nearest.value);
      weights += weight;
    }
  }
  return {nearest.value + sum / weights, true};
}

}  // namespace sightline::pixel
