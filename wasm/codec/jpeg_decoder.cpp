#include "codec/jpeg_decoder.hpp"

#include "codec/frame_shape.hpp"
#include "codec/jpeg_header.hpp"
#include "codec/jpeg_ijg.hpp"

namespace sightline::codec {
namespace {

bool is_ybr(Photometric photometric) {
  return photometric == Photometric::ybr_full || photometric == Photometric::ybr_full_422 ||
         photometric == Photometric::ybr_partial_420;
}

Status check_header(JpegHeader const& header, FrameShape const& shape) {
  if (header.rows != shape.rows || header.cols != shape.cols) {
    return fail(Errc::corrupt, "JPEG and data set differ in size");
  }
  if (header.components != shape.samples) {
    return fail(Errc::corrupt, "JPEG and data set differ in samples per pixel");
  }
  if (header.precision > 8 * shape.sample_bytes) {
    return fail(Errc::corrupt, "JPEG is deeper than bits allocated");
  }
  return {};
}

Status run_library(IjgJob const& job, std::uint8_t precision) {
  if (precision <= 8) return decode_ijg8(job);
  if (precision <= 12) return decode_ijg12(job);
  return decode_ijg16(job);
}

}  // namespace

Result<DecodedFrame> decode_jpeg(DecodeRequest const& request, Limits const& limits) {
  PixelFormat const& format = request.format;
  auto const shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "JPEG has one level");
  auto const header = read_jpeg_header(request.bytes);
  if (!header) return std::unexpected(header.error());
  if (auto status = check_header(*header, *shape); !status) return std::unexpected(status.error());

  DecodedFrame frame{make_block(*shape, format.is_signed), false};
  IjgJob job;
  job.bytes = request.bytes;
  job.converts_to_rgb = shape->samples == 3 && is_ybr(format.photometric);
  job.rows = header->rows;
  job.cols = header->cols;
  job.components = header->components;
  job.out = frame.block.bytes.data();
  job.out_sample_bytes = shape->sample_bytes;
  if (auto status = run_library(job, header->precision); !status) {
    return std::unexpected(status.error());
  }
  frame.block_is_rgb = job.converts_to_rgb || format.photometric == Photometric::rgb;
  extend_sign(format, frame.block);
  return frame;
}

}  // namespace sightline::codec
