#include "codec/jpegls_decoder.hpp"

#include "codec/frame_shape.hpp"
#include "codec/jpegls_header.hpp"
#include "codec/jpegls_library.hpp"
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
  if (header.precision < 6) return fail(Errc::unsupported, "JPEG-LS below 6 bits");
  if (shape.samples == 1 && header.interleave != JpegLsHeader::Interleave::none) {
    return fail(Errc::corrupt, "JPEG-LS interleaves one component");
  }
  return {};
}

/// Nothing: what is left to the library, or a broken stream, of which it knows how much is whole.
std::optional<DecodedFrame> decode_whole(DecodeRequest const& request, JpegLsHeader const& header,
                                         FrameShape const& shape) {
  PixelFormat const& format = request.format;
  DecodedFrame frame{make_block(shape, format.is_signed), is_rgb_when_decoded(format.photometric)};
  if (!decode_jpegls_scans(header, request.bytes, shape.sample_bytes, frame.block.bytes)) {
    return std::nullopt;
  }
  extend_sign(format, frame.block);
  return frame;
}

}  // namespace

Result<DecodedFrame> decode_jpegls(DecodeRequest const& request, Limits const& limits) {
  auto const shape = frame_shape(request.format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "JPEG-LS has one level");
  auto const header = read_jpegls_header(request.bytes);
  if (!header) return std::unexpected(header.error());
  if (auto status = check_header(*header, *shape); !status) return std::unexpected(status.error());
  if (!request.by_library) {
    if (auto frame = decode_whole(request, *header, *shape)) return std::move(*frame);
  }
  return decode_jpegls_by_library(request, *header, *shape);
}

}  // namespace sightline::codec
