#include <cstdlib>
#include <vector>

#include "codec/frame_shape.hpp"
#include "codec/jpeg_baseline.hpp"
#include "codec/jpeg_header.hpp"
#include "fuzz_request.hpp"

namespace {

using namespace sightline;

/// Our decoder against the library: what ours takes, the library takes as well, for the same
/// samples.
void compare(codec::DecodeRequest const& request, codec::JpegHeader const& header) {
  auto const shape = codec::frame_shape(request.format, fuzz::kFuzzLimits);
  if (!shape || header.precision != 8 || header.is_lossless) return;
  std::vector<std::byte> ours(static_cast<std::size_t>(shape->bytes)), theirs(ours.size());
  codec::IjgJob job;
  job.bytes = request.bytes;
  job.converts_to_rgb = shape->samples == 3 && request.format.is_signed;  // a bit of the input
  job.rows = header.rows;
  job.cols = header.cols;
  job.components = header.components;
  job.out_sample_bytes = shape->sample_bytes;
  job.out = ours.data();
  if (!codec::decode_jpeg_baseline(job)) return;
  job.out = theirs.data();
  if (codec::decode_ijg8(job).code != Errc::ok || ours != theirs) std::abort();
}

}  // namespace

/// JPEG. The format is taken from the stream where it has one, so that inputs get past
/// the comparison of sizes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  PixelFormat& format = request.format;
  request.encoding = codec::Encoding::jpeg;
  auto const header = codec::read_jpeg_header(request.bytes);
  if (header) {
    format.rows = header->rows;
    format.cols = header->cols;
    format.samples_per_pixel = header->components;
    format.bits_allocated = header->precision > 8 ? 16 : 8;
  }
  format.bits_stored = std::min(format.bits_stored, format.bits_allocated);
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  (void)codec::decode_frame(request, fuzz::kFuzzLimits);
  if (header) compare(request, *header);
  return 0;
}
