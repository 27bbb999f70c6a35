#pragma once
#include <array>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "base/sample_block.hpp"
#include "dicom/instance.hpp"

namespace sightline::pixel {

/// How stored values become those that are subtracted. Source: PS3.4 N.2 (the modality
/// transformation stands before the mask), PS3.3 C.8.7.1.1.2.
struct MaskSettings {
  double rescale_slope = 1, rescale_intercept = 0;  ///< not with a table
  std::optional<dicom::Lut> modality_lut{};
  /// Values are proportional to the beam's intensity (LIN): their logarithms are subtracted, scaled
  /// so that 0 … 2^n - 1 stays that range. 0: values are subtracted as they are.
  unsigned linear_bits = 0;
  /// Of the mask: rows down, columns to the right; bilinear between pixels.
  std::array<double, 2> shift{};
};

/// The mean of the contrast frames less the mean of the masks. Shape: of the frames, which are all
/// alike. Units: of the values that are subtracted, as 32-bit real numbers; where the shifted mask
/// does not reach, kNoValue. Errors: invalid_argument (no frames, frames of different shapes, in
/// colour, or of real numbers). Threads: any. Source: PS3.3 C.7.6.10.1.
Result<SampleBlock> subtract_mask(std::span<SampleBlock const> contrast,
                                  std::span<SampleBlock const> masks, MaskSettings const& settings);

/// The size that one value in 200 of a difference is above, whatever its sign: an edge that has
/// moved is not to set the window. At most 65536 of them are looked at. Errors: none; 0 without
/// values. Source: PS3.4 N.2 (the window comes after the mask).
double extent_of_difference(SampleBlock const& difference);

}  // namespace sightline::pixel
