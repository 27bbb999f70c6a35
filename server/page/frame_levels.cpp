#include "page/frame_levels.hpp"

#include <algorithm>
#include <cmath>

#include "pixel/default_display.hpp"
#include "wire/stored_range.hpp"

namespace sightline::server {
namespace {

bool has_levels(wire::StreamIndex const& stream) { return stream.level_ends.size() > 1; }

std::uint32_t shrink(std::uint32_t side, std::size_t discarded) {
  return static_cast<std::uint32_t>((std::uint64_t{side} + (std::uint64_t{1} << discarded) - 1) >>
                                    discarded);
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

std::size_t level_for(FrameSource const& source, double rows, double cols) {
  // coarser ones of older stores: means of places in a table of colours are other colours
  if (source.instance.palette[0]) return source.stream.level_ends.size() - 1;
  for (std::size_t level = 0; level + 1 < source.stream.level_ends.size(); ++level) {
    PictureSize const size = level_size(source.instance, source.stream, level);
    if (size.rows >= rows && size.cols >= cols) return level;
  }
  return source.stream.level_ends.size() - 1;
}

namespace {

/// What is shown of a level, where the encoding has regions and it is not all.
std::optional<codec::FrameRegion> region_shown(FrameSource const& source, std::size_t level,
                                               pixel::ViewGeometry const& geometry) {
  codec::Encoding const encoding = source.stream.encoding;
  if (encoding != codec::Encoding::htj2k && encoding != codec::Encoding::j2k) return std::nullopt;
  PictureSize const size = level_size(source.instance, source.stream, level);
  auto const discarded = static_cast<std::uint32_t>(source.stream.level_ends.size() - 1 - level);
  auto const texels = pixel::drawn_texels(geometry, discarded, size.rows, size.cols);
  codec::FrameRegion const region{texels.first_col, texels.first_row,
                                  texels.end_col - texels.first_col,
                                  texels.end_row - texels.first_row};
  if (region.rows == size.rows && region.cols == size.cols) return std::nullopt;
  return region;
}

}  // namespace

Result<codec::DecodedFrame> decode_level(FrameSource const& source, std::size_t level,
                                         std::optional<codec::FrameRegion> region) {
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
  request.region = region;
  auto decoded = codec::decode_frame(request);
  if (decoded && decoded->missing && !source.is_as_viewed)
    return fail(decoded->missing->code, "the frame is not whole");
  return decoded;
}

Result<DecodedPart> decode_part(FrameSource const& source, std::size_t level,
                                pixel::ViewGeometry const& geometry) {
  if (Status const checked = pixel::check_geometry(geometry); !checked)
    return std::unexpected(checked.error());
  auto const region = region_shown(source, level, geometry);
  auto decoded = decode_level(source, level, region);
  if (!decoded) return std::unexpected(decoded.error());
  PictureSize const size = level_size(source.instance, source.stream, level);
  DecodedPart part{*std::move(decoded), {size.rows, size.cols, 0, 0}};
  if (region) {
    part.place.first_row = region->y;
    part.place.first_col = region->x;
  }
  return part;
}

Status check_source(FrameSource const& source) {
  if (source.stream.failure != Errc::ok)
    return fail(source.stream.failure, "the frame cannot be streamed");
  if (source.stream.level_ends.empty() || source.stream.level_ends.size() > 33)
    return fail(Errc::no_pixels, "no stream");
  if (source.instance.format.rows == 0 || source.instance.format.cols == 0)
    return fail(Errc::no_pixels, "an empty picture");
  return {};
}

Result<pixel::DrawParameters> default_display_of(FrameSource const& source, bool is_rgb,
                                                 codec::DecodedFrame const* decoded) {
  wire::StreamIndex const& stream = source.stream;
  bool const needs_copy = is_rgb && source.instance.format.photometric != Photometric::rgb;
  std::optional<dicom::Instance> as_rgb;  // the decoder has turned YBR (ICT, RCT too) into RGB
  if (needs_copy) {
    as_rgb = source.instance;
    as_rgb->format.photometric = Photometric::rgb;
  }
  dicom::Instance const& instance = as_rgb ? *as_rgb : source.instance;
  pixel::RealRange range{static_cast<double>(wire::stored_value(stream.min, instance.format)),
                         static_cast<double>(wire::stored_value(stream.max, instance.format))};
  if (decoded != nullptr && decoded->block.is_float)
    range =
        pixel::real_range(decoded->block, pixel::real_padding_of(instance, source.frame_index0));
  auto display = pixel::default_display(instance, source.frame_index0, range.min, range.max);
  if (display) display->tables.color_profile = source.color_profile;
  return display;
}

bool is_drawn_grey(pixel::DrawParameters const& display) {
  return pixel::color_path(display.values.photometric) == pixel::ColorPath::grey &&
         !display.tables.palette;
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

std::uint32_t whole_side(double side) {
  return static_cast<std::uint32_t>(std::clamp(std::ceil(side), 1.0, 1048560.0));
}

}  // namespace sightline::server
