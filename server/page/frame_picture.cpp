#include "page/frame_picture.hpp"

#include <algorithm>
#include <cmath>

#include "page/frame_levels.hpp"
#include "pixel/default_display.hpp"
#include "pixel/render_frame.hpp"

namespace sightline::server {
namespace {

Result<pixel::DrawParameters> display_of(FrameSource const& source, bool is_rgb,
                                         std::optional<RenderedQuery::Window> const& window,
                                         codec::DecodedFrame const* decoded) {
  Result<pixel::DrawParameters> display = default_display_of(source, is_rgb, decoded);
  bool const is_grey =
      display && pixel::color_path(display->values.photometric) == pixel::ColorPath::grey;
  if (window && is_grey) {
    display->values.window_center = window->center;
    display->values.window_width = window->width;
    display->values.voi_function = window->function;
    display->tables.voi_lut.reset();
  } else if (is_grey && source.is_as_viewed) {
    display->values.inverted = pixel::is_read_as_pet(source.instance, source.frame_index0);
  }
  return display;
}

/// The region that is drawn, its sides known. Errors: invalid_argument (not inside of the matrix).
Result<RenderedQuery::Region> region_of(PixelFormat const& format,
                                        std::optional<RenderedQuery::Region> const& asked) {
  RenderedQuery::Region region = asked.value_or(RenderedQuery::Region{});
  if (region.is_relative) {
    region.left *= format.cols, region.width *= format.cols;
    region.top *= format.rows, region.height *= format.rows;
  }
  if (region.width == 0) region.width = format.cols - region.left;
  if (region.height == 0) region.height = format.rows - region.top;
  bool const is_inside = region.width > 0 && region.height > 0 &&
                         region.left + region.width <= format.cols &&
                         region.top + region.height <= format.rows;
  if (!is_inside) return fail(Errc::invalid_argument, "the region is not in the picture");
  return region;
}

/// Lays the region over the whole canvas, to its last pixel.
void place(RenderedQuery::Region const& region, PictureSize canvas, PixelFormat const& format,
           pixel::ViewGeometry& geometry) {
  geometry.viewport_rows = canvas.rows;
  geometry.viewport_cols = canvas.cols;
  geometry.zoom = canvas.cols / region.width;
  double const per_row = canvas.rows / region.height;
  // Not the file's number: the picture has to fill the canvas to its last pixel after rounding.
  geometry.pixel_aspect = per_row / geometry.zoom;
  geometry.flip_horizontal = region.is_mirrored_horizontally;
  geometry.flip_vertical = region.is_mirrored_vertically;
  double const left =
      geometry.flip_horizontal ? format.cols - region.left - region.width : region.left;
  double const top = geometry.flip_vertical ? format.rows - region.top - region.height : region.top;
  pixel::ScreenRect const centred = pixel::screen_rect(geometry);
  geometry.pan_x = -left * geometry.zoom - centred.left;
  geometry.pan_y = -top * per_row - centred.top;
}

}  // namespace

Result<SampleBlock> whole_frame(FrameSource const& source) {
  if (Status const usable = check_source(source); !usable) return std::unexpected(usable.error());
  auto decoded = decode_level(source, source.stream.level_ends.size() - 1);
  if (!decoded) return std::unexpected(decoded.error());
  return std::move(decoded->block);
}

Result<Picture> draw_frame(FrameSource const& source,
                           std::optional<RenderedQuery::Window> const& window,
                           std::optional<PictureSize> box,
                           std::optional<RenderedQuery::Region> const& asked_region) {
  if (Status const usable = check_source(source); !usable) return std::unexpected(usable.error());
  PixelFormat const& format = source.instance.format;
  auto const region = region_of(format, asked_region);
  if (!region) return std::unexpected(region.error());

  // The box, less the part that the picture's shape leaves free.
  Result<pixel::DrawParameters> probe =
      display_of(source, source.instance.format.samples_per_pixel == 3, window, nullptr);
  if (!probe) return std::unexpected(probe.error());
  double const aspect = box ? std::clamp(probe->geometry.pixel_aspect, 1.0 / 16, 16.0) : 1.0;
  PictureSize const native{whole_side(region->height), whole_side(region->width)};
  PictureSize const target =
      box ? fit_into({whole_side(region->height * aspect), native.cols}, *box) : native;

  std::size_t const level = level_for(source, target.rows * (format.rows / region->height),
                                      target.cols * (format.cols / region->width));
  // Bilinear taps skip samples when a picture is made less than half as large: then draw the
  // samples, and average.
  PictureSize const drawn = level_size(source.instance, source.stream, level);
  bool const averages = drawn.rows * (region->height / format.rows) > 2.0 * target.rows ||
                        drawn.cols * (region->width / format.cols) > 2.0 * target.cols;
  place(*region, averages ? native : target, format, probe->geometry);
  Result<DecodedPart> const decoded = decode_part(source, level, probe->geometry);
  if (!decoded) return std::unexpected(decoded.error());
  codec::DecodedFrame const& frame = decoded->frame;
  Result<pixel::DrawParameters> display = display_of(source, frame.block_is_rgb, window, &frame);
  if (!display) return std::unexpected(display.error());
  place(*region, averages ? native : target, format, display->geometry);
  Result<pixel::Image> const image = pixel::render_part(frame.block, decoded->place, *display);
  if (!image) return std::unexpected(image.error());
  Picture picture = without_alpha(*image, is_drawn_grey(*display));
  if (!averages) return picture;
  return scale_picture(picture, target.rows, target.cols);
}

}  // namespace sightline::server
