#include "pixel/ybr.hpp"

#include <algorithm>

namespace sightline::pixel {

Rgb rgb_of_ybr_full(double y, double cb, double cr, double full_scale) {
  double const middle = (full_scale + 1.0) / 2.0;
  double const b = cb - middle;
  double const r = cr - middle;
  auto const channel = [full_scale](double v) { return std::clamp(v / full_scale, 0.0, 1.0); };
  return {channel(y + 1.402 * r), channel(y - 0.344136 * b - 0.714136 * r), channel(y + 1.772 * b)};
}

Rgb rgb_of_ybr_partial(double y, double cb, double cr, double full_scale) {
  double const step = (full_scale + 1.0) / 256.0;  // of 8 bits
  double const middle = 128.0 * step;
  double const whole = full_scale / step;
  return rgb_of_ybr_full((y - 16.0 * step) * whole / 219.0, middle + (cb - middle) * whole / 224.0,
                         middle + (cr - middle) * whole / 224.0, full_scale);
}

}  // namespace sightline::pixel
