#include <cstdlib>

#include "fuzz_request.hpp"

/// RLE and native frames: whatever the bytes are, the block has the size that the format says.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  constexpr codec::Encoding kEncodings[] = {codec::Encoding::rle, codec::Encoding::rle,
                                            codec::Encoding::native, codec::Encoding::native_be};
  request.encoding = kEncodings[data[9] % 4];
  auto const frame = codec::decode_frame(request, fuzz::kFuzzLimits);
  if (frame) {
    std::size_t const sample_bytes = (request.format.bits_allocated + 7u) / 8u;
    std::size_t const expected = std::size_t{request.format.rows} * request.format.cols *
                                 request.format.samples_per_pixel * sample_bytes;
    if (frame->block.bytes.size() != expected) std::abort();
  }
  return 0;
}
