#include "pixel/transform.hpp"

#include <algorithm>
#include <cmath>

namespace sightline::pixel {
namespace {

bool is_scale(double number) { return number > 0 && number <= 1048576.0; }  // false for NaN
bool is_turned(ViewGeometry const& g) { return g.rotation_deg == 90 || g.rotation_deg == 270; }

std::int32_t clip(double value, std::uint32_t end) {
  return static_cast<std::int32_t>(std::clamp(value, 0.0, static_cast<double>(end)));
}

/// Undoes rotation and flips: u to the right, v down in units of image pixels from the corner of
/// the image on screen.
ImagePoint unturn(ViewGeometry const& g, double u, double v) {
  double const rows = g.image_rows;
  double const cols = g.image_cols;
  ImagePoint p;
  switch (g.rotation_deg) {
    case 90: p = {rows - u, v}; break;
    case 180: p = {rows - v, cols - u}; break;
    case 270: p = {u, cols - v}; break;
    default: p = {v, u}; break;
  }
  if (g.flip_horizontal) p.col = cols - p.col;
  if (g.flip_vertical) p.row = rows - p.row;
  return p;
}

/// Device pixels per image pixel along the screen's x and y.
ViewportPoint scale_on_screen(ViewGeometry const& g) {
  double const per_row = g.zoom * g.pixel_aspect;
  return is_turned(g) ? ViewportPoint{per_row, g.zoom} : ViewportPoint{g.zoom, per_row};
}

}  // namespace

Status check_geometry(ViewGeometry const& g) {
  if (g.image_rows == 0 || g.image_cols == 0 || g.viewport_rows == 0 || g.viewport_cols == 0) {
    return fail(Errc::invalid_argument, "an empty image or viewport");
  }
  if (std::max(g.viewport_rows, g.viewport_cols) > 65535) {
    return fail(Errc::invalid_argument, "viewport size");
  }
  if (g.rotation_deg % 90 != 0 || g.rotation_deg >= 360) {
    return fail(Errc::invalid_argument, "rotation");
  }
  if (!is_scale(g.zoom) || !is_scale(g.pixel_aspect) || !std::isfinite(g.pan_x) ||
      !std::isfinite(g.pan_y)) {
    return fail(Errc::invalid_argument, "zoom, pan or aspect");
  }
  return {};
}

ScreenRect screen_rect(ViewGeometry const& g) {
  ViewportPoint const scale = scale_on_screen(g);
  ScreenRect rect;
  rect.width = scale.x * (is_turned(g) ? g.image_rows : g.image_cols);
  rect.height = scale.y * (is_turned(g) ? g.image_cols : g.image_rows);
  rect.left = std::floor((g.viewport_cols - rect.width) / 2.0 + kSnap) + g.pan_x;
  rect.top = std::floor((g.viewport_rows - rect.height) / 2.0 + kSnap) + g.pan_y;
  return rect;
}

DrawnPixels drawn_pixels(ViewGeometry const& g) {
  ScreenRect const r = screen_rect(g);
  return {clip(std::ceil(r.left - 0.5), g.viewport_cols),
          clip(std::ceil(r.top - 0.5), g.viewport_rows),
          clip(std::ceil(r.left + r.width - 0.5), g.viewport_cols),
          clip(std::ceil(r.top + r.height - 0.5), g.viewport_rows)};
}

ImagePoint to_image(ViewGeometry const& g, ViewportPoint point) {
  ScreenRect const r = screen_rect(g);
  ViewportPoint const scale = scale_on_screen(g);
  return unturn(g, (point.x - r.left) / scale.x, (point.y - r.top) / scale.y);
}

ViewportPoint to_viewport(ViewGeometry const& g, ImagePoint point) {
  double const rows = g.image_rows;
  double const cols = g.image_cols;
  double const col = g.flip_horizontal ? cols - point.col : point.col;
  double const row = g.flip_vertical ? rows - point.row : point.row;
  ScreenRect const r = screen_rect(g);
  ViewportPoint const scale = scale_on_screen(g);
  auto const at = [&](double u, double v) {
    return ViewportPoint{r.left + u * scale.x, r.top + v * scale.y};
  };
  switch (g.rotation_deg) {
    case 90: return at(rows - row, col);
    case 180: return at(cols - col, rows - row);
    case 270: return at(row, cols - col);
    default: return at(col, row);
  }
}

double fit_zoom(ViewGeometry const& g) {
  double const rows = g.image_rows * g.pixel_aspect;
  double const cols = g.image_cols;
  double const width = is_turned(g) ? rows : cols;
  double const height = is_turned(g) ? cols : rows;
  return std::min(g.viewport_cols / width, g.viewport_rows / height);
}

TexelMap texel_map(ViewGeometry const& g, std::uint32_t discarded_levels) {
  ScreenRect const r = screen_rect(g);
  ViewportPoint const scale = scale_on_screen(g);
  double const texels_per_pixel = std::ldexp(1.0, -static_cast<int>(discarded_levels));
  // unturn() is affine, so its values at three places give the map. The differences are exactly 1
  // or -1.
  ImagePoint const zero = unturn(g, 0, 0);
  ImagePoint const along_u = unturn(g, 1, 0);
  ImagePoint const along_v = unturn(g, 0, 1);
  TexelMap map;
  map.col_per_x = (along_u.col - zero.col) / scale.x * texels_per_pixel;
  map.col_per_y = (along_v.col - zero.col) / scale.y * texels_per_pixel;
  map.row_per_x = (along_u.row - zero.row) / scale.x * texels_per_pixel;
  map.row_per_y = (along_v.row - zero.row) / scale.y * texels_per_pixel;
  ImagePoint const first = unturn(g, (0.5 - r.left) / scale.x, (0.5 - r.top) / scale.y);
  map.col_at_0 = (first.col - 0.5) * texels_per_pixel;
  map.row_at_0 = (first.row - 0.5) * texels_per_pixel;
  return map;
}

Result<std::uint32_t> discarded_levels(std::uint32_t image_rows, std::uint32_t image_cols,
                                       std::uint32_t level_rows, std::uint32_t level_cols) {
  constexpr std::uint32_t kMaxDecompositions = 32;  // ISO/IEC 15444-1 table A.15
  auto const level_size = [](std::uint64_t size, std::uint32_t k) {
    return (size + (std::uint64_t{1} << k) - 1) >> k;
  };
  for (std::uint32_t k = 0; k <= kMaxDecompositions; ++k) {
    if (level_size(image_rows, k) == level_rows && level_size(image_cols, k) == level_cols) {
      return k;
    }
  }
  return fail(Errc::invalid_argument, "not a resolution level of this image");
}

}  // namespace sightline::pixel
