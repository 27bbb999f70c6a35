#include <cstdlib>

#include "base/frame_mark.hpp"
#include "codec/codestream.hpp"
#include "fuzz_request.hpp"

/// JPEG 2000 and HTJ2K, whole and cut, at any level. The format is taken from the stream where it
/// has one, so that inputs get past the comparison of sizes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.encoding = (data[9] & 1) != 0 ? codec::Encoding::htj2k : codec::Encoding::j2k;
  if (auto const info = codec::read_codestream_info(request.bytes)) {
    request.format.rows = info->rows;
    request.format.cols = info->cols;
    // of a codestream of several frames what the claim says: one sample or three
    if (!marked_frame(request.bytes)) request.format.samples_per_pixel = info->components;
    request.format.bits_allocated =
        info->bits_per_sample > 16 ? 32 : (info->bits_per_sample > 8 ? 16 : 8);
    request.format.bits_stored = request.format.bits_allocated;
    request.format.high_bit = static_cast<std::uint16_t>(request.format.bits_stored - 1);
    if (info->decompositions > 0) request.discard_levels %= info->decompositions + 1u;
  }
  auto const frame = codec::decode_frame(request, fuzz::kFuzzLimits);
  if (frame) {
    std::size_t const expected = std::size_t{frame->block.rows} * frame->block.cols *
                                 frame->block.samples * (frame->block.bits_allocated / 8u);
    if (frame->block.bytes.size() != expected) std::abort();
  }
  return 0;
}
