#include "page/frame_picture.hpp"

#include <algorithm>
#include <cmath>

#include "codec/frame_decoder.hpp"
#include "pixel/default_display.hpp"
#include "pixel/render_frame.hpp"

namespace sightline::server {
namespace {

bool has_levels(wire::StreamIndex const& stream) { return stream.level_ends.size() > 1; }

std::uint32_t shrink(std::uint32_t side, std::size_t discarded) {
  return static_cast<std::uint32_t>((std::uint64_t{side} + (std::uint64_t{1} << discarded) - 1) >>
                                    discarded);
}

/// The smallest level that has at least one sample per pixel of the picture, were it of the whole
/// matrix.
std::size_t level_for(FrameSource const& source, double rows, double cols) {
  for (std::size_t level = 0; level + 1 < source.stream.level_ends.size(); ++level) {
    PictureSize const size = level_size(source.instance, source.stream, level);
    if (size.rows >= rows && size.cols >= cols) return level;
  }
  return source.stream.level_ends.size() - 1;
}

Result<codec::DecodedFrame> decode_level(FrameSource const& source, std::size_t level) {
  Result<std::vector<std::byte>> bytes = source.read_levels(static_cast<std::uint8_t>(level));
  if (!bytes) return std::unexpected(bytes.error());
  std::size_t const discarded = source.stream.level_ends.size() - 1 - level;
  if (discarded > 0)
    bytes->insert(bytes->end(), {std::byte{0xFF}, std::byte{0xD9}});  // EOC, ISO/IEC 15444-1 A.4.4
  codec::DecodeRequest request;
  request.encoding = source.stream.encoding;
  request.format = source.instance.format;
  request.bytes = *bytes;
  request.discard_levels = static_cast<std::uint32_t>(discarded);
  return codec::decode_frame(request);
}

Result<pixel::DrawParameters> display_of(FrameSource const& source, bool is_rgb,
                                         std::optional<RenderedQuery::Window> const& window,
                                         pixel::RealRange range) {
  bool const needs_copy = is_rgb && source.instance.format.photometric != Photometric::rgb;
  std::optional<dicom::Instance> as_rgb;  // the decoder has turned YBR (ICT, RCT too) into RGB
  if (needs_copy) {
    as_rgb = source.instance;
    as_rgb->format.photometric = Photometric::rgb;
  }
  dicom::Instance const& instance = as_rgb ? *as_rgb : source.instance;
  Result<pixel::DrawParameters> display =
      pixel::default_display(instance, source.frame_index0, range.min, range.max);
  bool const is_grey =
      display && pixel::color_path(display->values.photometric) == pixel::ColorPath::grey;
  if (window && is_grey) {
    display->values.window_center = window->center;
    display->values.window_width = window->width;
    display->values.voi_function = window->function;
    display->tables.voi_lut.reset();
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

std::uint32_t whole_side(double side) {
  return static_cast<std::uint32_t>(std::clamp(std::ceil(side), 1.0, 1048560.0));
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

Picture without_alpha(pixel::Image const& image, bool is_grey) {
  Picture picture{image.rows, image.cols, static_cast<std::uint16_t>(is_grey ? 1 : 3), {}};
  std::size_t const pixels = image.rgba.size() / 4;
  picture.bytes.reserve(pixels * picture.samples);
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t k = 0; k < picture.samples; ++k)
      picture.bytes.push_back(static_cast<std::byte>(image.rgba[i * 4 + k]));
  }
  return picture;
}

}  // namespace

PictureSize level_size(dicom::Instance const& instance, wire::StreamIndex const& stream,
                       std::size_t level) {
  std::size_t const discarded = stream.level_ends.size() - 1 - level;
  return {shrink(instance.format.rows, discarded), shrink(instance.format.cols, discarded)};
}

std::optional<std::uint8_t> level_within(dicom::Instance const& instance,
                                         wire::StreamIndex const& stream,
                                         std::uint32_t max_side_px) {
  if (!has_levels(stream)) return std::nullopt;
  for (std::size_t level = stream.level_ends.size(); level-- > 0;) {
    PictureSize const size = level_size(instance, stream, level);
    if (std::max(size.rows, size.cols) <= max_side_px) return static_cast<std::uint8_t>(level);
  }
  return std::nullopt;
}

Result<Picture> draw_frame(FrameSource const& source,
                           std::optional<RenderedQuery::Window> const& window,
                           std::optional<PictureSize> box,
                           std::optional<RenderedQuery::Region> const& asked_region) {
  if (source.stream.failure != Errc::ok)
    return fail(source.stream.failure, "the frame cannot be streamed");
  if (source.stream.level_ends.empty() || source.stream.level_ends.size() > 33)
    return fail(Errc::no_pixels, "no stream");
  PixelFormat const& format = source.instance.format;
  if (format.rows == 0 || format.cols == 0) return fail(Errc::no_pixels, "an empty picture");
  auto const region = region_of(format, asked_region);
  if (!region) return std::unexpected(region.error());

  // The box, less the part that the picture's shape leaves free.
  pixel::RealRange range{static_cast<double>(source.stream.min),
                         static_cast<double>(source.stream.max)};
  Result<pixel::DrawParameters> probe =
      display_of(source, source.instance.format.samples_per_pixel == 3, window, range);
  if (!probe) return std::unexpected(probe.error());
  double const aspect = box ? std::clamp(probe->geometry.pixel_aspect, 1.0 / 16, 16.0) : 1.0;
  PictureSize const native{whole_side(region->height), whole_side(region->width)};
  PictureSize const target =
      box ? fit_into({whole_side(region->height * aspect), native.cols}, *box) : native;

  std::size_t const level = level_for(source, target.rows * (format.rows / region->height),
                                      target.cols * (format.cols / region->width));
  Result<codec::DecodedFrame> const decoded = decode_level(source, level);
  if (!decoded) return std::unexpected(decoded.error());
  // A rendered picture has no mark that each of its readers would see.
  if (decoded->missing) return fail(decoded->missing->code, "the frame is not whole");
  if (decoded->block.is_float) range = pixel::real_range(decoded->block);
  Result<pixel::DrawParameters> display = display_of(source, decoded->block_is_rgb, window, range);
  if (!display) return std::unexpected(display.error());
  bool const is_grey = pixel::color_path(display->values.photometric) == pixel::ColorPath::grey;

  // Bilinear taps skip samples when a picture is made less than half as large: then draw the
  // samples, and average.
  PictureSize const drawn = level_size(source.instance, source.stream, level);
  bool const averages = drawn.rows * (region->height / format.rows) > 2.0 * target.rows ||
                        drawn.cols * (region->width / format.cols) > 2.0 * target.cols;
  place(*region, averages ? native : target, format, display->geometry);
  Result<pixel::Image> const image = pixel::render(decoded->block, *display);
  if (!image) return std::unexpected(image.error());
  Picture picture = without_alpha(*image, is_grey);
  if (!averages) return picture;
  return scale_picture(picture, target.rows, target.cols);
}

}  // namespace sightline::server
