#pragma once
#include <cstdint>

#include "dicom/instance.hpp"

namespace sightline::pixel {

/// Rescale Slope (0028,1053) and Intercept (0028,1052). Maps a stored value to modality units (CT:
/// HU). Errors: none. Source: PS3.3 C.11.1.1.2.
double apply_rescale(std::int64_t stored_value, double rescale_slope, double rescale_intercept);

/// Modality LUT Sequence (0028,3000). Maps a stored value to the table's entry, an integer in
/// modality units. Errors: none. Source: PS3.3 C.11.1.1.1.
double apply_modality_table(std::int64_t stored_value, dicom::Lut const& modality_lut);

}  // namespace sightline::pixel
