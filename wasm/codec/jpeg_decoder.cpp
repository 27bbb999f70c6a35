#include "codec/jpeg_decoder.hpp"

#include <algorithm>
#include <optional>

#include "codec/frame_shape.hpp"
#include "codec/jpeg_baseline.hpp"
#include "codec/jpeg_header.hpp"
#include "codec/jpeg_ijg.hpp"
#include "codec/jpeg_lossless.hpp"
#include "codec/jpeg_rows.hpp"
#include "codec/vector8.hpp"

namespace sightline::codec {
namespace {

bool is_ybr(Photometric photometric) {
  return photometric == Photometric::ybr_full || photometric == Photometric::ybr_full_422 ||
         photometric == Photometric::ybr_partial_420 || photometric == Photometric::ybr_partial_422;
}

/// Colour is what the data set says (PS3.5 8.2.1), but for two named quirks.
/// Quirk "subsampled RGB": the tag says RGB, and the stream has fewer samples of two components
/// than of the first. Only luminance and chroma are coded so: taken as YBR. Quirk "YBR that is
/// RGB": the tag says YBR, and the stream itself that it was never transformed (Adobe's marker, or
/// components named R, G, B): taken as RGB.
bool is_coded_as_ybr(Photometric photometric, JpegHeader const& header) {
  if (header.is_lossless) return is_ybr(photometric);
  if (photometric == Photometric::rgb) return header.is_subsampled;
  // JPEG 2000's own tags (YBR_ICT, YBR_RCT) are wrong here, and mean YBR all the same.
  bool const says_ybr = is_ybr(photometric) || is_rgb_when_decoded(photometric);
  return says_ybr && (!header.says_rgb || header.is_subsampled);
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

IjgOutcome run_library(IjgJob const& job, std::uint8_t precision) {
  if (precision <= 8) return decode_ijg8(job);
  if (precision <= 12) return decode_ijg12(job);
  return decode_ijg16(job);
}

/// Where the last segment before a scan begins: DHT or SOS.
std::size_t last_scan_segment(std::span<std::byte const> bytes) {
  for (std::size_t at = bytes.size(); at-- > 1;) {
    bool const is_marker = bytes[at - 1] == std::byte{0xff} &&
                           (bytes[at] == std::byte{0xc4} || bytes[at] == std::byte{0xda});
    if (is_marker) return at - 1;
  }
  return 0;
}

/// A stream of several scans that is cut inside of a segment gives no row, for the library reads
/// all scans first and gives up. Those before the segment are a picture.
IjgOutcome run_to_last_scan(IjgJob job, std::uint8_t precision) {
  IjgOutcome const outcome = run_library(job, precision);
  if (outcome.code != Errc::truncated || outcome.rows > 0) return outcome;
  job.bytes = job.bytes.first(last_scan_segment(job.bytes));
  IjgOutcome const before = run_library(job, precision);
  return before.is_coarse ? before : outcome;
}

/// By our own decoders; nothing, with anything stored: what they leave to the library.
std::optional<IjgOutcome> run_own(IjgJob const& job, JpegHeader const& header) {
  if (header.is_lossless) return decode_jpeg_lossless(job);
  // Without SIMD the library is the quicker.
  if (!kHasVector8 || header.precision != 8 || !decode_jpeg_baseline(job)) return std::nullopt;
  return IjgOutcome{};
}

IjgOutcome run(DecodeRequest const& request, IjgJob const& job, JpegHeader const& header) {
  if (!request.by_library) {
    if (auto const outcome = run_own(job, header)) return *outcome;
    // The library stores the rows before the first fault: those of ours are not kept.
    std::ranges::fill(*job.out, std::byte{0});
  }
  return run_to_last_scan(job, header.precision);
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
  bool const has_ybr = shape->samples == 3 && is_coded_as_ybr(format.photometric, *header);
  // Of lossless samples the library knows no depths but its own, and no limits; and of 12 bits it
  // makes 96 KiB of tables.
  bool const is_converted_here = has_ybr && (header->is_lossless || header->precision > 8);
  job.converts_to_rgb = has_ybr && !is_converted_here;
  job.rows = header->rows;
  job.cols = header->cols;
  job.components = header->components;
  job.out = &frame.block.bytes;
  job.out_sample_bytes = shape->sample_bytes;
  job.keeps_all_coefficients = request.by_library;
  IjgOutcome const outcome = run(request, job, *header);
  if (outcome.code != Errc::ok) {
    bool const is_fault = outcome.code == Errc::truncated || outcome.code == Errc::corrupt;
    if (!is_fault || outcome.rows < std::max<std::uint64_t>(1, shape->rows / kLeastShare))
      return fail(outcome.code, "JPEG data");
    // Wrong bits are noticed late: only where bytes are missing is it known which rows are right.
    bool const is_told = outcome.code == Errc::truncated && !outcome.is_coarse;
    frame.missing = {outcome.code, is_told ? outcome.rows : 0};
  }
  if (is_converted_here) {
    std::size_t const rows = outcome.code == Errc::ok ? shape->rows : outcome.rows;
    ybr_pixels_to_rgb(frame.block.bytes.data(), rows * shape->cols, shape->sample_bytes,
                      header->precision);
  }
  frame.block_is_rgb = shape->samples == 3 && (has_ybr || is_rgb_when_decoded(format.photometric) ||
                                               (header->says_rgb && !header->is_lossless));
  extend_sign(format, frame.block);
  return frame;
}

}  // namespace sightline::codec
