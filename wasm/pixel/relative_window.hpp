#pragma once
#include <cstdint>

#include "pixel/draw_parameters.hpp"

namespace sightline::pixel {

/// The Modality and VOI stages in single precision without losing the step of a width-1 window.
///
/// A GPU computes with 24-bit floats: `stored * slope + intercept` and then `<= center - 0.5` can
/// put a stored value that lies within one rounding error of the threshold on the wrong side. So
/// the shader never forms a modality value. It forms the distance to the window's reference point
/// (center - 0.5 for LINEAR, center for LINEAR_EXACT and SIGMOID),
///   relative = rescale_slope * float(stored - stored_origin) + offset_at_origin,
/// where stored_origin is the integer whose modality value is nearest to the reference, and
/// offset_at_origin is computed here in double. At the origin itself the product is 0 and the sign
/// is that of the double formula; at every other integer |slope * (stored - origin)| exceeds
/// |offset| by at least slope / 2, far above the rounding error. A VOI LUT uses first_mapped - 0.5
/// as reference: floor(relative) is then the index of its entry. With a Modality LUT "stored" is
/// the table's entry, and the slope is 1. Source: PS3.3 C.11.1, C.11.2.1.2, C.11.2.1.3.
struct RelativeWindow {
  std::int32_t stored_origin = 0;
  float rescale_slope = 1;
  float offset_at_origin = 0;       ///< modality units; 0 only when it is exactly 0 in double
  float window_width = 1;           ///< modality units, clamped as in voi_lut.hpp
  float real_origin = 0;            ///< of real numbers, instead of stored_origin: not rounded
  float offset_at_real_origin = 0;  ///< modality units
};

/// `values` must have passed check_values. `voi_first_mapped`: given when a VOI LUT applies.
RelativeWindow relative_window(DisplayValues const& values, bool has_modality_lut,
                               std::optional<std::int32_t> voi_first_mapped);

}  // namespace sightline::pixel
