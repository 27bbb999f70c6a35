#pragma once
#include <cstdint>
#include <vector>

#include "base/limits.hpp"
#include "pixel/draw_parameters.hpp"

namespace sightline::pixel {

/// A picture as it stands on screen. Shape: rows x cols x 4 (red, green, blue, alpha = 255),
/// row-major, top row first.
struct Image {
  std::uint32_t rows = 0, cols = 0;
  std::vector<std::uint8_t> rgba;
};

/// The twin of the GL renderer in double precision: stored values of any resolution level of the
/// frame to a picture of the viewport, through padding -> Modality LUT -> (bilinear) -> VOI LUT ->
/// Presentation LUT. Black outside the image. Errors: invalid_argument (block, geometry, tables or
/// numbers that do not fit together), unsupported (photometric interpretation), limit_exceeded
/// (viewport). Threads: any. Source: PS3.3 C.11, PS3.4 N.2.
Result<Image> render(SampleBlock const& block, DrawParameters const& parameters,
                     Limits const& limits = kDefaultLimits);

}  // namespace sightline::pixel
