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

/// A part of a resolution level of rows x cols: where it begins there.
struct LevelPart {
  std::uint32_t level_rows = 0, level_cols = 0;
  std::uint32_t first_row = 0, first_col = 0;
};

/// The same picture out of a block that is a part of a level. Of texels that the block does not
/// have, the nearest one that it has is taken: it should have drawn_texels. Errors: as above;
/// invalid_argument (not a part of that level). Source: PS3.3 C.11, PS3.4 N.2.
Result<Image> render_part(SampleBlock const& block, LevelPart const& part,
                          DrawParameters const& parameters, Limits const& limits = kDefaultLimits);

/// Texels of a level, half-open.
struct TexelArea {
  std::uint32_t first_row = 0, first_col = 0, end_row = 0, end_col = 0;
};
/// All texels of a level of rows x cols that have a share in the picture; at least one. The
/// geometry has passed check_geometry. Source: PS3.4 N.2.
TexelArea drawn_texels(ViewGeometry const& geometry, std::uint32_t discarded_levels,
                       std::uint32_t rows, std::uint32_t cols);

}  // namespace sightline::pixel
