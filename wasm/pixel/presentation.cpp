#include "pixel/presentation.hpp"

#include <algorithm>
#include <cmath>

namespace sightline::pixel {

double apply_presentation(double y, Photometric photometric, bool presentation_inverse,
                          bool inverted) {
  bool const turned =
      (photometric == Photometric::monochrome1) != (presentation_inverse != inverted);
  return turned ? 1.0 - y : y;
}

std::uint8_t output_level(double y) {
  return static_cast<std::uint8_t>(std::floor(255.0 * std::clamp(y, 0.0, 1.0) + 0.5));
}

}  // namespace sightline::pixel
