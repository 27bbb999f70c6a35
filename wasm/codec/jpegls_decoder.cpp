#include "codec/jpegls_decoder.hpp"

#include <algorithm>
#include <cstring>

#include "codec/frame_shape.hpp"
#include "codec/jpegls_header.hpp"
#include "codec/jpegls_scans.hpp"

namespace sightline::codec {
namespace {

Status check_header(JpegLsHeader const& header, FrameShape const& shape) {
  if (header.rows != shape.rows || header.cols != shape.cols) {
    return fail(Errc::corrupt, "JPEG-LS and data set differ in size");
  }
  if (header.components != shape.samples) {
    return fail(Errc::corrupt, "JPEG-LS and data set differ in samples per pixel");
  }
  if (header.precision > 8 * shape.sample_bytes) {
    return fail(Errc::corrupt, "JPEG-LS is deeper than bits allocated");
  }
  if (shape.samples == 1 && header.interleave != JpegLsHeader::Interleave::none) {
    return fail(Errc::corrupt, "JPEG-LS interleaves one component");
  }
  bool const can_transform =
      header.components == 3 && (header.precision == 8 || header.precision == 16);
  unsigned const all_bits = (1u << header.precision) - 1;
  bool const has_all_bits = header.presets[0] == 0 || header.presets[0] == all_bits;
  if (header.transform != JpegLsHeader::Transform::none && !(can_transform && has_all_bits)) {
    return fail(Errc::unsupported, "JPEG-LS colour transform");
  }
  return {};
}

/// EOI, and what padded the fragment to an even length.
bool has_end(std::span<std::byte const> bytes) {
  auto const is_end = [](std::byte const* at) { return std::memcmp(at, "\xff\xd9", 2) == 0; };
  return bytes.size() >= 3 && (is_end(&bytes.back() - 1) || is_end(&bytes.back() - 2));
}

/// Zeros for what follows the lines that are there. Returns the rows that are whole.
std::uint32_t clear_rest(JpegLsHeader const& header, std::uint64_t lines, FrameShape const& shape,
                         SampleBlock& block) {
  bool const by_plane = header.interleave == JpegLsHeader::Interleave::none && shape.samples > 1;
  std::size_t const pixel_bytes = std::size_t{shape.samples} * shape.sample_bytes;
  for (std::size_t sample = 0; sample < shape.samples; ++sample) {
    std::uint64_t const before = by_plane ? sample * std::uint64_t{shape.rows} : 0;
    std::uint64_t const here =
        lines < before ? 0 : std::min<std::uint64_t>(lines - before, shape.rows);
    std::byte* const first = block.bytes.data() + sample * shape.sample_bytes;
    std::size_t const pixels = std::size_t{shape.rows} * shape.cols;
    for (std::size_t pixel = static_cast<std::size_t>(here) * shape.cols; pixel < pixels; ++pixel) {
      std::memset(first + pixel * pixel_bytes, 0, shape.sample_bytes);
    }
  }
  std::uint64_t const others = by_plane ? (shape.samples - 1u) * std::uint64_t{shape.rows} : 0;
  return static_cast<std::uint32_t>(lines <= others ? 0 : lines - others);
}

}  // namespace

Result<DecodedFrame> decode_jpegls(DecodeRequest const& request, Limits const& limits) {
  PixelFormat const& format = request.format;
  auto const shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "JPEG-LS has one level");
  auto header = read_jpegls_header(request.bytes);
  if (!header) return std::unexpected(header.error());
  if (header->rows_follow) header->rows = static_cast<std::uint16_t>(shape->rows);
  if (auto status = check_header(*header, *shape); !status) return std::unexpected(status.error());
  DecodedFrame frame{make_block(*shape, format.is_signed), is_rgb_when_decoded(format.photometric)};
  auto const [code, lines] =
      decode_jpegls_scans(*header, request.bytes, shape->sample_bytes, frame.block.bytes);
  if (code != Errc::ok) {
    Errc const fault = has_end(request.bytes) ? Errc::corrupt : Errc::truncated;
    if (lines == 0) return fail(fault, "JPEG-LS data");
    std::uint32_t const rows = clear_rest(*header, lines, *shape, frame.block);
    // Wrong bits are noticed late: only where bytes are missing is it known which lines are right.
    frame.missing = {fault, fault == Errc::truncated ? rows : 0};
  }
  extend_sign(format, frame.block);
  return frame;
}

}  // namespace sightline::codec
