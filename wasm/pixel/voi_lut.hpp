#pragma once
#include "dicom/instance.hpp"

namespace sightline::pixel {

/// Maps a modality value to [0,1]. Units: x, center, width in modality units (CT: HU). Errors:
/// none; width is clamped to >= 1, and 1 makes a step: x <= center - 0.5 is 0, everything above
/// is 1. Source: PS3.3 C.11.2.1.2.1.
double apply_voi_linear(double x, double window_center, double window_width);

/// Maps a modality value to [0,1] without the half-pixel terms. Units: as above. Errors: none;
/// width is clamped to
/// >= 0, and 0 makes a step at center. Source: PS3.3 C.11.2.1.3.2.
double apply_voi_linear_exact(double x, double window_center, double window_width);

/// Maps a modality value to (0,1). Units: as above. Errors: none; width is clamped to >=
/// kMinSigmoidWidth. Source: PS3.3 C.11.2.1.3.1.
double apply_voi_sigmoid(double x, double window_center, double window_width);
inline constexpr double kMinSigmoidWidth = 1e-6;

/// One of the three, by VOI LUT Function (0028,1056). Source: PS3.3 C.11.2.1.2, C.11.2.1.3.
double apply_voi_window(double x, dicom::VoiFunction function, double window_center,
                        double window_width);

/// VOI LUT Sequence (0028,3010). Maps a modality value, rounded to the nearest integer (halves go
/// up), to entry / (2^bits - 1) in [0,1]. Errors: none. Source: PS3.3 C.11.2.1.1.
double apply_voi_table(double x, dicom::Lut const& voi_lut);

}  // namespace sightline::pixel
