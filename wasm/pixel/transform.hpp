#pragma once
#include <cstdint>

#include "base/error.hpp"

namespace sightline::pixel {

/// How an image lies in a viewport. web/view computes the same mapping in TypeScript.
///
/// Spaces. Image: column and row as fractions, pixel (row r, col c) covers [r, r+1) x [c, c+1).
/// Viewport: device pixels from the top left corner, x to the right, y down; device pixel x covers
/// [x, x+1). Order. The image is flipped, then rotated clockwise by rotation_deg, then scaled: a
/// column is `zoom` device pixels wide, a row `zoom * pixel_aspect`. Its top left corner on screen
/// is then at
///   left = floor((viewport_cols - width)  / 2 + kSnap) + pan_x
///   top  = floor((viewport_rows - height) / 2 + kSnap) + pan_y
/// with width x height the size on screen after rotation. The floor makes the pixel grids of image
/// and device fall together at zoom 1 and whole pans whatever the parities; kSnap keeps rounding
/// errors of a fitted size from costing a pixel.
struct ViewGeometry {
  std::uint32_t image_rows = 0, image_cols = 0;        ///< full resolution, whatever level is drawn
  std::uint32_t viewport_rows = 0, viewport_cols = 0;  ///< device pixels
  double zoom = 1;                                     ///< device pixels per image column
  double pan_x = 0, pan_y = 0;                         ///< device pixels
  double pixel_aspect = 1;                             ///< row spacing / column spacing
  std::uint16_t rotation_deg = 0;                      ///< 0, 90, 180, 270, clockwise
  bool flip_horizontal = false, flip_vertical = false;
};
inline constexpr double kSnap = 1.0 / 1024.0;

struct ImagePoint {
  double row = 0, col = 0;
};
struct ViewportPoint {
  double x = 0, y = 0;
};
/// Where the image is on screen. Units: device pixels.
struct ScreenRect {
  double left = 0, top = 0, width = 0, height = 0;
};
/// Device pixels whose centre lies in the image, clipped to the viewport: first included, end not.
struct DrawnPixels {
  std::int32_t first_x = 0, first_y = 0, end_x = 0, end_y = 0;
};

/// Errors: invalid_argument (a size of 0, other rotations, zoom or aspect not in (0, 2^20], numbers
/// that are not finite).
Status check_geometry(ViewGeometry const& geometry);

/// The functions below take geometry that passed check_geometry.
ScreenRect screen_rect(ViewGeometry const& geometry);
DrawnPixels drawn_pixels(ViewGeometry const& geometry);
ImagePoint to_image(ViewGeometry const& geometry, ViewportPoint point);
ViewportPoint to_viewport(ViewGeometry const& geometry, ImagePoint point);
/// The largest zoom at which the whole image is seen.
double fit_zoom(ViewGeometry const& geometry);

/// From a device pixel to a place between texels of a resolution level; whole numbers are texel
/// centres. x and y are the device pixel's index: its centre is meant. Each of col and row depends
/// on one of x and y only.
struct TexelMap {
  double col_per_x = 0, col_per_y = 0, col_at_0 = 0;
  double row_per_x = 0, row_per_y = 0, row_at_0 = 0;
};
/// `discarded_levels` k: low-pass sample i of the 5/3 wavelet sits on even positions, so texel i of
/// the level lies at the centre of image pixel i * 2^k (not at the centre of the 2^k x 2^k box).
/// Source: ISO/IEC 15444-1 F.3.
TexelMap texel_map(ViewGeometry const& geometry, std::uint32_t discarded_levels);

/// The k with ceil(image / 2^k) = level for both sides. Errors: invalid_argument when there is
/// none.
Result<std::uint32_t> discarded_levels(std::uint32_t image_rows, std::uint32_t image_cols,
                                       std::uint32_t level_rows, std::uint32_t level_cols);

}  // namespace sightline::pixel
