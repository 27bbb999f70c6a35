#include "codec/jpegls_header.hpp"
#include "fuzz_request.hpp"

/// JPEG-LS. The format is taken from the stream where it has one, so that inputs get past the
/// comparison of sizes; what is not whole says so, and has the size of what is.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  request.encoding = codec::Encoding::jpeg_ls;
  PixelFormat& format = request.format;
  if (auto const header = codec::read_jpegls_header(request.bytes)) {
    format.rows = header->rows;
    format.cols = header->cols;
    format.samples_per_pixel = header->components;
    format.bits_allocated = header->precision > 8 ? 16 : 8;
  }
  format.bits_stored = std::min(format.bits_stored, format.bits_allocated);
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  auto const frame = codec::decode_frame(request, fuzz::kFuzzLimits);
  if (!frame) return 0;
  std::size_t const expected = std::size_t{format.rows} * format.cols * format.samples_per_pixel *
                               (format.bits_allocated / 8u);
  if (frame->block.bytes.size() != expected) std::abort();
  return 0;
}
