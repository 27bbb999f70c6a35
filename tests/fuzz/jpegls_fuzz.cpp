#include <cstdlib>

#include "codec/jpegls_header.hpp"
#include "fuzz_request.hpp"
#include "jpegls_library.hpp"

namespace {

using namespace sightline;

/// What our decoder takes as whole, CharLS takes as well, for the same values. It is asked only
/// where it can be: below 8 bits it is not the standard's, it takes each MAXVAL for all bits, it
/// knows no application's segments but JFIF's and HP's, no restart intervals and no DNL, and
/// between scans it does not read what it writes.
void compare(codec::DecodeRequest const& request, codec::JpegLsHeader const& header,
             codec::DecodedFrame const& ours) {
  bool const by_plane = header.interleave == codec::JpegLsHeader::Interleave::none;
  bool const has_presets = header.presets != std::array<std::uint16_t, 5>{};
  std::uint16_t const reset = header.presets[4];
  bool const is_usual = header.precision >= 8 && (reset == 0 || reset == 64);
  unsigned const all_bits = (1u << header.precision) - 1;
  bool const has_all_bits = header.presets[0] == 0 || header.presets[0] == all_bits;
  if (!has_all_bits || header.restart_lines != 0 || header.rows_follow) return;
  if (ours.missing || !is_usual || (has_presets && by_plane && header.components > 1)) return;
  auto const theirs = test::decode_jpegls_by_charls(request);
  if (!theirs.empty() && theirs != ours.block.bytes) std::abort();
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
  if (!frame) return 0;
  if (header) compare(request, *header, *frame);
  std::size_t const expected = std::size_t{format.rows} * format.cols * format.samples_per_pixel *
                               (format.bits_allocated / 8u);
  if (frame->block.bytes.size() != expected) std::abort();
  return 0;
}
