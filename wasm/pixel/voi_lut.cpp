#include "pixel/voi_lut.hpp"

#include <algorithm>
#include <cmath>

#include "pixel/lookup.hpp"

namespace sightline::pixel {

double apply_voi_linear(double x, double window_center, double window_width) {
  double const c = window_center;
  double const w = std::max(window_width, 1.0);
  // The order of the branches is the standard's: with w = 1 the division is never reached.
  if (x <= c - 0.5 - (w - 1.0) / 2.0) return 0.0;
  if (x > c - 0.5 + (w - 1.0) / 2.0) return 1.0;
  return (x - (c - 0.5)) / (w - 1.0) + 0.5;
}

double apply_voi_linear_exact(double x, double window_center, double window_width) {
  double const c = window_center;
  double const w = std::max(window_width, 0.0);
  if (x <= c - w / 2.0) return 0.0;
  if (x > c + w / 2.0) return 1.0;
  return (x - c) / w + 0.5;
}

double apply_voi_sigmoid(double x, double window_center, double window_width) {
  double const w = std::max(window_width, kMinSigmoidWidth);
  return 1.0 / (1.0 + std::exp(-4.0 * (x - window_center) / w));
}

double apply_voi_window(double x, dicom::VoiFunction function, double window_center,
                        double window_width) {
  switch (function) {
    case dicom::VoiFunction::linear: return apply_voi_linear(x, window_center, window_width);
    case dicom::VoiFunction::linear_exact:
      return apply_voi_linear_exact(x, window_center, window_width);
    case dicom::VoiFunction::sigmoid: return apply_voi_sigmoid(x, window_center, window_width);
  }
  return 0.0;
}

double apply_voi_table(double x, dicom::Lut const& voi_lut) {
  // Modality values come from 32-bit stored values and any slope: clamp before the cast, which is
  // undefined beyond.
  double const rounded = std::clamp(std::floor(x + 0.5), -9.0e15, 9.0e15);
  return lookup(voi_lut, static_cast<std::int64_t>(rounded)) / full_scale(voi_lut);
}

}  // namespace sightline::pixel
