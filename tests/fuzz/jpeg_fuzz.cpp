#include "codec/jpeg_header.hpp"
#include "fuzz_request.hpp"

/// JPEG. The format is taken from the stream where it has one, so that inputs get past
/// the comparison of sizes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  PixelFormat& format = request.format;
  request.encoding = codec::Encoding::jpeg;
  if (auto const header = codec::read_jpeg_header(request.bytes)) {
    format.rows = header->rows;
    format.cols = header->cols;
    format.samples_per_pixel = header->components;
    format.bits_allocated = header->precision > 8 ? 16 : 8;
  }
  format.bits_stored = std::min(format.bits_stored, format.bits_allocated);
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  (void)codec::decode_frame(request, fuzz::kFuzzLimits);
  return 0;
}
