#include "codec/native_decoder.hpp"

#include <algorithm>
#include <cstring>

#include "codec/frame_shape.hpp"

namespace sightline::codec {
namespace {

Result<DecodedFrame> decode_bits(FrameShape const& shape, std::span<std::byte const> bytes) {
  if (shape.samples != 1) return fail(Errc::unsupported, "one-bit colour");
  if (bytes.size() < (shape.values + 7) / 8) return fail(Errc::truncated, "frame", bytes.size());
  DecodedFrame frame{make_block(shape, false), false};
  unpack_bits(bytes, frame.block);
  return frame;
}

/// Y1 Y2 Cb Cr -> Y1 Cb Cr, Y2 Cb Cr. Source: PS3.3 C.7.6.3.1.2 (YBR_FULL_422).
Result<DecodedFrame> decode_422(FrameShape const& shape, std::span<std::byte const> bytes) {
  if (shape.cols % 2 != 0) return fail(Errc::corrupt, "YBR_FULL_422 with odd columns");
  if (shape.sample_bytes != 1) return fail(Errc::unsupported, "YBR_FULL_422 deeper than 8 bits");
  std::uint64_t const pairs = std::uint64_t{shape.rows} * shape.cols / 2;
  if (bytes.size() < 4 * pairs) return fail(Errc::truncated, "frame", bytes.size());
  DecodedFrame frame{make_block(shape, false), false};
  std::byte const* in = bytes.data();
  std::byte* out = frame.block.bytes.data();
  for (std::uint64_t i = 0; i < pairs; ++i, in += 4, out += 6) {
    out[0] = in[0];
    out[1] = in[2];
    out[2] = in[3];
    out[3] = in[1];
    out[4] = in[2];
    out[5] = in[3];
  }
  return frame;
}

template <std::size_t SampleBytes>
void interleave(FrameShape const& shape, std::byte const* planes, std::byte* out) {
  std::size_t const pixels = std::size_t{shape.rows} * shape.cols;
  for (std::size_t sample = 0; sample < shape.samples; ++sample) {
    std::byte const* const plane = planes + sample * pixels * SampleBytes;
    std::byte* const first = out + sample * SampleBytes;
    for (std::size_t i = 0; i < pixels; ++i) {
      std::memcpy(first + i * shape.samples * SampleBytes, plane + i * SampleBytes, SampleBytes);
    }
  }
}

void interleave_planes(FrameShape const& shape, std::byte const* planes, std::byte* out) {
  switch (shape.sample_bytes) {
    case 1: return interleave<1>(shape, planes, out);
    case 2: return interleave<2>(shape, planes, out);
    default: return interleave<4>(shape, planes, out);
  }
}

/// Big-endian Pixel Data is OW: a row of 16-bit words. Samples of 32 bits are two words, the less
/// significant first (PS3.5 8.1.1), so swapping each word's bytes serves both.
void swap_words(SampleBlock& block) {
  if (block.bits_allocated == 8) return;
  std::byte* const bytes = block.bytes.data();
  for (std::size_t i = 0; i + 1 < block.bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

}  // namespace

Result<DecodedFrame> decode_native(DecodeRequest const& request, Limits const& limits) {
  PixelFormat const& format = request.format;
  auto const shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "native has one level");
  if (format.bits_allocated == 1) return decode_bits(*shape, request.bytes);
  // Quirk: some writers say YBR_FULL_422 and store three samples for each pixel. A frame of that
  // size cannot be anything else, so its length decides.
  if (format.photometric == Photometric::ybr_full_422 && shape->samples == 3 &&
      request.bytes.size() < shape->bytes) {
    return decode_422(*shape, request.bytes);
  }
  if (format.photometric == Photometric::ybr_partial_420) {
    return fail(Errc::unsupported, "native YBR_PARTIAL_420");
  }
  if (request.bytes.size() < shape->bytes) {
    return fail(Errc::truncated, "frame", request.bytes.size());
  }
  DecodedFrame frame{make_block(*shape, format.is_signed), format.photometric == Photometric::rgb};
  std::byte* const out = frame.block.bytes.data();
  if (shape->samples > 1 && format.planar_configuration == 1) {
    interleave_planes(*shape, request.bytes.data(), out);
  } else {
    std::memcpy(out, request.bytes.data(), frame.block.bytes.size());
  }
  if (request.encoding == Encoding::native_be) swap_words(frame.block);
  extract_stored_bits(format, frame.block);
  return frame;
}

}  // namespace sightline::codec
