#include <cstdlib>

#include "codec/jpegls_header.hpp"
#include "codec/jpegls_library.hpp"
#include "codec/jpegls_scans.hpp"
#include "fuzz_request.hpp"

namespace {

using namespace sightline;

/// Our decoder against CharLS: what ours takes, CharLS takes as well, for the same values. (What
/// ours leaves to it, and broken streams, are its matter.)
void compare(codec::DecodeRequest const& request, codec::JpegLsHeader const& header) {
  auto const shape = codec::frame_shape(request.format, fuzz::kFuzzLimits);
  if (!shape || header.rows != shape->rows || header.cols != shape->cols ||
      header.components != shape->samples)
    return;
  auto ours = codec::make_block(*shape, request.format.is_signed);
  if (!codec::decode_jpegls_scans(header, request.bytes, shape->sample_bytes, ours.bytes)) return;
  codec::extend_sign(request.format, ours);
  // CharLS loses its way where preset parameters stand between scans.
  if (header.components > 1 && header.interleave == codec::JpegLsHeader::Interleave::none &&
      header.presets != std::array<std::uint16_t, 5>{})
    return;
  auto const theirs = codec::decode_jpegls_by_library(request, header, *shape);
  // It knows no application's segments but JFIF's and HP's.
  if (!theirs && theirs.error().code == Errc::unsupported) return;
  if (!theirs || theirs->missing || theirs->block.bytes != ours.bytes) std::abort();
}

}  // namespace

/// JPEG-LS. The format is taken from the stream where it has one, so that inputs get past the
/// comparison of sizes; what is not whole says so, and has the size of what is.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  request.encoding = codec::Encoding::jpeg_ls;
  PixelFormat& format = request.format;
  auto const header = codec::read_jpegls_header(request.bytes);
  if (header) {
    format.rows = header->rows;
    format.cols = header->cols;
    format.samples_per_pixel = header->components;
    format.bits_allocated = header->precision > 8 ? 16 : 8;
  }
  format.bits_stored = std::min(format.bits_stored, format.bits_allocated);
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  auto const frame = codec::decode_frame(request, fuzz::kFuzzLimits);
  if (header) compare(request, *header);
  if (!frame) return 0;
  std::size_t const expected = std::size_t{format.rows} * format.cols * format.samples_per_pixel *
                               (format.bits_allocated / 8u);
  if (frame->block.bytes.size() != expected) std::abort();
  return 0;
}
