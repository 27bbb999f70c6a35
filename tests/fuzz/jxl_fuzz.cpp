#include <jxl/decode.h>

#include <memory>

#include "fuzz_request.hpp"

namespace {

/// What the stream says of its picture, so that inputs get past the comparison with the data set.
void take_format(std::span<std::byte const> bytes, sightline::PixelFormat& format) {
  std::unique_ptr<JxlDecoder, decltype(&JxlDecoderDestroy)> const decoder(JxlDecoderCreate(nullptr),
                                                                          JxlDecoderDestroy);
  JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_BASIC_INFO);
  JxlDecoderSetInput(decoder.get(), reinterpret_cast<std::uint8_t const*>(bytes.data()),
                     bytes.size());
  JxlBasicInfo info{};
  if (JxlDecoderProcessInput(decoder.get()) != JXL_DEC_BASIC_INFO ||
      JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS)
    return;
  format.rows = info.ysize;
  format.cols = info.xsize;
  format.samples_per_pixel = static_cast<std::uint16_t>(info.num_color_channels);
  format.bits_allocated = info.bits_per_sample > 16 ? 32 : info.bits_per_sample > 8 ? 16 : 8;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  request.encoding = codec::Encoding::jpeg_xl;
  PixelFormat& format = request.format;
  if ((data[9] & 1) == 0) take_format(request.bytes, format);
  format.bits_stored = std::min(format.bits_stored, format.bits_allocated);
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  Limits limits = fuzz::kFuzzLimits;
  limits.max_frame_bytes = 1u << 18;  // libjxl is let have some hundred bytes for each pixel
  (void)codec::decode_frame(request, limits);
  return 0;
}
