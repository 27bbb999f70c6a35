#include "pixel/render_frame.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/checked.hpp"
#include "pixel/color.hpp"
#include "pixel/color_profile.hpp"
#include "pixel/interpolation.hpp"
#include "pixel/modality_lut.hpp"
#include "pixel/palette.hpp"
#include "pixel/presentation.hpp"
#include "pixel/real_value.hpp"
#include "pixel/sample_reader.hpp"
#include "pixel/voi_lut.hpp"
#include "pixel/ybr.hpp"

namespace sightline::pixel {
namespace {

class Pipeline {
 public:
  Pipeline(SampleBlock const& block, LevelPart const& part, DrawParameters const& parameters,
           ColorPath path)
      : reader_(block, part.first_row, part.first_col),
        parameters_(parameters),
        palette_(parameters.tables.palette ? &*parameters.tables.palette : nullptr),
        path_(path),
        is_supplemental_(path == ColorPath::grey && palette_ != nullptr && !block.is_float &&
                         (block.bits_allocated < 32 || block.is_signed)) {}

  std::array<std::uint8_t, 3> pixel(Place const& place) const {
    return path_ == ColorPath::grey && !is_supplemental_ ? grey(place) : color(place);
  }

 private:
  std::array<std::uint8_t, 3> grey(Place const& place) const {
    DisplayValues const& v = parameters_.values;
    Tap const x = sample_modality(place);
    if (!x.known) return {};
    double const y =
        apply_presentation(voi(x.value), v.photometric, v.presentation_inverse, v.inverted);
    std::uint8_t const level = output_level(y);
    return {level, level, level};
  }

  std::array<std::uint8_t, 3> color(Place const& place) const {
    std::optional<ColorTable> const& profile = parameters_.tables.color_profile;
    Rgb rgb = sample_rgb(place);
    if (profile && !is_supplemental_) rgb = apply_color_profile(rgb, *profile);
    auto const level = [this](double y) {
      return output_level(parameters_.values.inverted && !is_supplemental_ ? 1.0 - y : y);
    };
    return {level(rgb.red), level(rgb.green), level(rgb.blue)};
  }

  Tap sample_modality(Place const& place) const {
    auto const tap = [this](std::int64_t row, std::int64_t col) {
      if (reader_.is_float()) return real_tap(reader_.real_at(row, col));
      std::int64_t const stored = reader_.at(row, col, 0);
      return Tap{modality(stored), !is_padding(stored, parameters_.values.padding)};
    };
    if (!parameters_.interpolate) return tap(place.nearest_row, place.nearest_col);
    return bilinear(place, tap);
  }
  Tap real_tap(float real) const {
    DisplayValues const& v = parameters_.values;
    return {real * v.rescale_slope + v.rescale_intercept,
            is_value(real) && !is_real_padding(real, v.real_padding)};
  }
  Rgb sample_rgb(Place const& place) const {
    if (!parameters_.interpolate) return rgb(place.nearest_row, place.nearest_col);
    auto const channel = [&](double Rgb::* member) {
      return bilinear(place, [&](std::int64_t row,
                                 std::int64_t col) { return Tap{rgb(row, col).*member, true}; })
          .value;
    };
    return {channel(&Rgb::red), channel(&Rgb::green), channel(&Rgb::blue)};
  }
  double modality(std::int64_t stored) const {
    if (parameters_.tables.modality_lut) {
      return apply_modality_table(stored, *parameters_.tables.modality_lut);
    }
    return apply_rescale(stored, parameters_.values.rescale_slope,
                         parameters_.values.rescale_intercept);
  }
  double voi(double x) const {
    if (parameters_.tables.voi_lut) return apply_voi_table(x, *parameters_.tables.voi_lut);
    DisplayValues const& v = parameters_.values;
    return apply_voi_window(x, v.voi_function, v.window_center, v.window_width);
  }
  /// A stored value that the Supplemental Palette maps has a colour, another one is grey. Source:
  /// PS3.3 C.7.6.19.
  Rgb supplemental(std::int64_t stored) const {
    DisplayValues const& v = parameters_.values;
    std::int64_t const index = stored - palette_->front().first_mapped;
    if (index >= 0 && index < static_cast<std::int64_t>(palette_->front().entries.size()))
      return palette_color(stored, *palette_);
    if (is_padding(stored, v.padding)) return {};
    double const y = apply_presentation(voi(modality(stored)), v.photometric,
                                        v.presentation_inverse, v.inverted);
    return {y, y, y};
  }
  Rgb rgb(std::int64_t row, std::int64_t col) const {
    if (is_supplemental_) return supplemental(reader_.at(row, col, 0));
    if (path_ == ColorPath::palette) {
      return palette_color(reader_.at(row, col, 0), *palette_);
    }
    auto const a = static_cast<double>(reader_.at(row, col, 0));
    auto const b = static_cast<double>(reader_.at(row, col, 1));
    auto const c = static_cast<double>(reader_.at(row, col, 2));
    double const full_scale = std::ldexp(1.0, parameters_.values.color_bits) - 1.0;
    if (path_ == ColorPath::ybr_full) return rgb_of_ybr_full(a, b, c, full_scale);
    if (path_ == ColorPath::ybr_partial) return rgb_of_ybr_partial(a, b, c, full_scale);
    return {a / full_scale, b / full_scale, c / full_scale};
  }

  SampleReader reader_;
  DrawParameters const& parameters_;
  std::array<dicom::Lut, 3> const* palette_;  // given when path_ is palette; grey: supplemental
  ColorPath path_;
  bool is_supplemental_;
};

bool is_part(SampleBlock const& block, LevelPart const& part) {
  return part.first_row < part.level_rows && part.first_col < part.level_cols &&
         block.rows <= part.level_rows - part.first_row &&
         block.cols <= part.level_cols - part.first_col;
}

Result<ColorPath> check(SampleBlock const& block, DrawParameters const& parameters) {
  for (Status const& checked : {check_block(block), check_geometry(parameters.geometry),
                                check_values(parameters.values), check_tables(parameters.tables)}) {
    if (!checked) return std::unexpected(checked.error());
  }
  auto const path = color_path(parameters.values.photometric);
  if (!path) return fail(Errc::unsupported, "photometric interpretation");
  bool const wants_three = *path != ColorPath::grey && *path != ColorPath::palette;
  if (block.samples != (wants_three ? 3 : 1)) return fail(Errc::invalid_argument, "samples");
  if (block.is_float && *path != ColorPath::grey)
    return fail(Errc::unsupported, "real numbers in colour");
  if (block.is_float && parameters.tables.modality_lut)
    return fail(Errc::unsupported, "a Modality LUT for real numbers");
  if (*path == ColorPath::palette && !parameters.tables.palette) {
    return fail(Errc::invalid_argument, "palette");
  }
  return *path;
}

}  // namespace

Result<Image> render(SampleBlock const& block, DrawParameters const& parameters,
                     Limits const& limits) {
  return render_part(block, {block.rows, block.cols, 0, 0}, parameters, limits);
}

Result<Image> render_part(SampleBlock const& block, LevelPart const& part,
                          DrawParameters const& parameters, Limits const& limits) {
  Result<ColorPath> const path = check(block, parameters);
  if (!path) return std::unexpected(path.error());
  if (!is_part(block, part)) return fail(Errc::invalid_argument, "not a part of its level");
  ViewGeometry const& geometry = parameters.geometry;
  Result<std::uint32_t> const discarded =
      discarded_levels(geometry.image_rows, geometry.image_cols, part.level_rows, part.level_cols);
  if (!discarded) return std::unexpected(discarded.error());
  auto const bytes = checked_product({geometry.viewport_rows, geometry.viewport_cols, 4});
  if (!bytes || *bytes > limits.max_frame_bytes) return fail(Errc::limit_exceeded, "viewport");

  Image image{geometry.viewport_rows, geometry.viewport_cols, {}};
  image.rgba.resize(static_cast<std::size_t>(*bytes));
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  Pipeline const pipeline(block, part, parameters, *path);
  TexelMap const map = texel_map(geometry, *discarded);
  DrawnPixels const drawn = drawn_pixels(geometry);
  for (std::int32_t y = drawn.first_y; y < drawn.end_y; ++y) {
    for (std::int32_t x = drawn.first_x; x < drawn.end_x; ++x) {
      auto const ux = static_cast<std::uint32_t>(x);
      auto const uy = static_cast<std::uint32_t>(y);
      auto const level = pipeline.pixel(place_at(map, ux, uy));
      std::size_t const at = (std::size_t{uy} * image.cols + ux) * 4;
      for (std::size_t channel = 0; channel < 3; ++channel)
        image.rgba[at + channel] = level[channel];
    }
  }
  return image;
}

TexelArea drawn_texels(ViewGeometry const& geometry, std::uint32_t discarded_levels,
                       std::uint32_t rows, std::uint32_t cols) {
  TexelMap const map = texel_map(geometry, discarded_levels);
  DrawnPixels const drawn = drawn_pixels(geometry);
  if (drawn.first_x >= drawn.end_x || drawn.first_y >= drawn.end_y) return {0, 0, 1, 1};
  std::int64_t low_row = INT64_MAX, low_col = INT64_MAX, high_row = INT64_MIN, high_col = INT64_MIN;
  // The map is affine, and its roundings are monotonous: the corners have the extremes.
  for (std::int32_t const y : {drawn.first_y, drawn.end_y - 1}) {
    for (std::int32_t const x : {drawn.first_x, drawn.end_x - 1}) {
      Place const place =
          place_at(map, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
      low_row = std::min({low_row, place.row, place.nearest_row});
      low_col = std::min({low_col, place.col, place.nearest_col});
      high_row = std::max({high_row, place.row + 1, place.nearest_row});
      high_col = std::max({high_col, place.col + 1, place.nearest_col});
    }
  }
  auto const inside = [](std::int64_t at, std::uint32_t count) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at, 0, std::int64_t{count} - 1));
  };
  return {inside(low_row, rows), inside(low_col, cols), inside(high_row, rows) + 1,
          inside(high_col, cols) + 1};
}

}  // namespace sightline::pixel
