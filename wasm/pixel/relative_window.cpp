#include "pixel/relative_window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pixel/voi_lut.hpp"

namespace sightline::pixel {
namespace {

constexpr double kMaxOrigin = std::numeric_limits<std::int32_t>::max();

/// To float without turning a tiny number into 0, nor into a denormal that the GPU may flush to 0:
/// its sign decides.
float narrow_keeping_sign(double number) {
  constexpr double kMin = std::numeric_limits<float>::min();
  constexpr double kMax = std::numeric_limits<float>::max();
  if (number == 0) return 0;
  return static_cast<float>(std::copysign(std::clamp(std::fabs(number), kMin, kMax), number));
}

double clamped_width(DisplayValues const& values) {
  switch (values.voi_function) {
    case dicom::VoiFunction::linear: return std::max(values.window_width, 1.0);
    case dicom::VoiFunction::linear_exact: return std::max(values.window_width, 0.0);
    case dicom::VoiFunction::sigmoid: break;
  }
  return std::max(values.window_width, kMinSigmoidWidth);
}

}  // namespace

RelativeWindow relative_window(DisplayValues const& values, bool has_modality_lut,
                               std::optional<std::int32_t> voi_first_mapped) {
  double const slope = has_modality_lut ? 1.0 : values.rescale_slope;
  double const intercept = has_modality_lut ? 0.0 : values.rescale_intercept;
  double reference = values.window_center;
  if (voi_first_mapped) {
    reference = *voi_first_mapped - 0.5;
  } else if (values.voi_function == dicom::VoiFunction::linear) {
    reference = values.window_center - 0.5;
  }
  double const crossing = slope == 0 ? 0 : (reference - intercept) / slope;
  double const origin = std::clamp(std::round(crossing), -kMaxOrigin, kMaxOrigin);
  constexpr double kMaxReal = std::numeric_limits<float>::max();
  auto const real_origin = static_cast<float>(std::clamp(crossing, -kMaxReal, kMaxReal));
  return {static_cast<std::int32_t>(origin),
          narrow_keeping_sign(slope),
          narrow_keeping_sign((slope * origin + intercept) - reference),
          static_cast<float>(
              std::min(clamped_width(values), double{std::numeric_limits<float>::max()})),
          real_origin,
          narrow_keeping_sign((slope * real_origin + intercept) - reference)};
}

}  // namespace sightline::pixel
