// sl_decode over codec::decode_frame. Which encodings there are depends on the codec library that
// the module links.
#include <memory>
#include <new>
#include <vector>

#include "bind/handle.hpp"
#include "bind/sl_abi.h"
#include "codec/frame_decoder.hpp"

struct SlDecoder : sightline::bind::Handle {
  sightline::SampleBlock block;
};

namespace {

using sightline::Errc;
using sightline::Error;
using sightline::PixelFormat;

PixelFormat pixel_format(SlFormat const& format) {
  PixelFormat result;
  result.rows = format.rows;
  result.cols = format.cols;
  result.samples_per_pixel = format.samples_per_pixel;
  result.bits_allocated = format.bits_allocated;
  result.bits_stored = format.bits_stored;
  result.high_bit = format.high_bit;
  result.is_signed = format.is_signed != 0;
  result.planar_configuration = format.planar_configuration;
  result.photometric = format.photometric <= 10
                           ? static_cast<sightline::Photometric>(format.photometric)
                           : sightline::Photometric::unknown;
  return result;
}

sightline::codec::Encoding encoding_of(uint32_t encoding) {
  return encoding <= 8 ? static_cast<sightline::codec::Encoding>(encoding)
                       : sightline::codec::Encoding::unknown;
}

/// Pointers of the ABI are 32 bits wide: this file is only built for WASM.
uint32_t address(void const* pointer) {
  static_assert(sizeof(void*) == 4);
  return static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

int32_t decode(SlDecoder& decoder, sightline::codec::DecodeRequest const& request, SlBlock* out) {
  auto decoded = sightline::codec::decode_frame(request);
  if (!decoded) return report(decoder, std::move(decoded.error()));
  decoder.block = std::move(decoded->block);
  sightline::SampleBlock const& block = decoder.block;
  *out = SlBlock{};
  out->rows = block.rows;
  out->cols = block.cols;
  out->samples = block.samples;
  out->bits_allocated = block.bits_allocated;
  out->is_signed = block.is_signed;
  out->is_rgb = decoded->block_is_rgb;
  out->is_float = block.is_float;
  if (decoded->missing) {
    out->missing = static_cast<uint16_t>(decoded->missing->code);
    out->whole_rows = decoded->missing->whole_rows;
    decoder.error_text = std::move(decoded->missing->step);
  }
  out->values_ptr = address(block.bytes.data());
  out->values_len = static_cast<uint32_t>(block.bytes.size());
  return 0;
}

/// `region`: null for the whole.
int32_t decode(SlDecoder* decoder, uint32_t encoding, const SlFormat* format, const uint8_t* bytes,
               uint32_t length, uint32_t discard_levels, const uint32_t* region, SlBlock* out) {
  if (decoder == nullptr) return static_cast<int32_t>(Errc::invalid_argument);
  decoder->block = {};  // before the next one is decoded: two full frames would double the peak
  if (format == nullptr || bytes == nullptr || out == nullptr) {
    return report(*decoder, Error{Errc::invalid_argument, 0, "null pointer"});
  }
  sightline::codec::DecodeRequest request{encoding_of(encoding),
                                          pixel_format(*format),
                                          {reinterpret_cast<std::byte const*>(bytes), length},
                                          discard_levels};
  if (region != nullptr) {
    request.region = sightline::codec::FrameRegion{region[0], region[1], region[2], region[3]};
  }
  return decode(*decoder, request, out);
}

}  // namespace

extern "C" {

SlDecoder* sl_decoder_create(void) { return new (std::nothrow) SlDecoder; }

void sl_decoder_destroy(SlDecoder* decoder) { std::unique_ptr<SlDecoder> const owned(decoder); }

int32_t sl_decode(SlDecoder* decoder, uint32_t encoding, const SlFormat* format,
                  const uint8_t* bytes, uint32_t length, uint32_t discard_levels, SlBlock* out) {
  return decode(decoder, encoding, format, bytes, length, discard_levels, nullptr, out);
}

int32_t sl_decode_region(SlDecoder* decoder, uint32_t encoding, const SlFormat* format,
                         const uint8_t* bytes, uint32_t length, uint32_t discard_levels,
                         const uint32_t* region, SlBlock* out) {
  if (decoder != nullptr && region == nullptr)
    return report(*decoder, Error{Errc::invalid_argument, 0, "null pointer"});
  return decode(decoder, encoding, format, bytes, length, discard_levels, region, out);
}

int32_t sl_can_decode(uint32_t encoding) {
  return sightline::codec::can_decode(encoding_of(encoding)) ? 1 : 0;
}

}  // extern "C"
