#include "page/frame_picture.hpp"

#include <algorithm>

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

/// The smallest level that has at least one sample per pixel of the target.
std::size_t level_for(FrameSource const& source, PictureSize target) {
  for (std::size_t level = 0; level + 1 < source.stream.level_ends.size(); ++level) {
    PictureSize const size = level_size(source.instance, source.stream, level);
    if (size.rows >= target.rows && size.cols >= target.cols) return level;
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
                                         std::optional<RenderedQuery::Window> const& window) {
  wire::StreamIndex const& stream = source.stream;
  bool const needs_copy = is_rgb && source.instance.format.photometric != Photometric::rgb;
  std::optional<dicom::Instance> as_rgb;  // the decoder has turned YBR (ICT, RCT too) into RGB
  if (needs_copy) {
    as_rgb = source.instance;
    as_rgb->format.photometric = Photometric::rgb;
  }
  dicom::Instance const& instance = as_rgb ? *as_rgb : source.instance;
  Result<pixel::DrawParameters> display =
      pixel::default_display(instance, source.frame_index0, stream.min, stream.max);
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
                           std::optional<PictureSize> box) {
  if (source.stream.failure != Errc::ok)
    return fail(source.stream.failure, "the frame cannot be streamed");
  if (source.stream.level_ends.empty() || source.stream.level_ends.size() > 33)
    return fail(Errc::no_pixels, "no stream");
  PixelFormat const& format = source.instance.format;
  if (format.rows == 0 || format.cols == 0) return fail(Errc::no_pixels, "an empty picture");

  // The box, less the part that the picture's shape leaves free.
  Result<pixel::DrawParameters> probe =
      display_of(source, source.instance.format.samples_per_pixel == 3, window);
  if (!probe) return std::unexpected(probe.error());
  double const aspect = box ? std::clamp(probe->geometry.pixel_aspect, 1.0 / 16, 16.0) : 1.0;
  auto const tall =
      static_cast<std::uint32_t>(std::max(1.0, std::min(format.rows * aspect, 1048560.0)));
  PictureSize const target =
      box ? fit_into({tall, format.cols}, *box) : PictureSize{format.rows, format.cols};

  std::size_t const level = level_for(source, target);
  Result<codec::DecodedFrame> const decoded = decode_level(source, level);
  if (!decoded) return std::unexpected(decoded.error());
  Result<pixel::DrawParameters> display = display_of(source, decoded->block_is_rgb, window);
  if (!display) return std::unexpected(display.error());
  bool const is_grey = pixel::color_path(display->values.photometric) == pixel::ColorPath::grey;

  // Bilinear taps skip samples when a picture is made less than half as large: then draw the
  // samples, and average.
  PictureSize const drawn = level_size(source.instance, source.stream, level);
  bool const averages = drawn.rows > 2 * target.rows || drawn.cols > 2 * target.cols;
  PictureSize const canvas = averages ? PictureSize{format.rows, format.cols} : target;
  pixel::ViewGeometry& geometry = display->geometry;
  geometry.viewport_rows = canvas.rows;
  geometry.viewport_cols = canvas.cols;
  geometry.zoom = static_cast<double>(canvas.cols) / format.cols;
  // Not the file's number: the picture has to fill the canvas to its last pixel after rounding.
  geometry.pixel_aspect = static_cast<double>(canvas.rows) / format.rows / geometry.zoom;
  Result<pixel::Image> const image = pixel::render(decoded->block, *display);
  if (!image) return std::unexpected(image.error());
  Picture picture = without_alpha(*image, is_grey);
  if (!averages) return picture;
  return scale_picture(picture, target.rows, target.cols);
}

}  // namespace sightline::server
