#include "pixel/modality_lut.hpp"

#include "pixel/lookup.hpp"

namespace sightline::pixel {

double apply_rescale(std::int64_t stored_value, double rescale_slope, double rescale_intercept) {
  return static_cast<double>(stored_value) * rescale_slope + rescale_intercept;
}

double apply_modality_table(std::int64_t stored_value, dicom::Lut const& modality_lut) {
  return static_cast<double>(lookup(modality_lut, stored_value));
}

}  // namespace sightline::pixel
