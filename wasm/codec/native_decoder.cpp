#include "codec/native_decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "codec/frame_shape.hpp"

namespace sightline::codec {
namespace {

Result<DecodedFrame> decode_bits(FrameShape const& shape, std::span<std::byte const> bytes) {
  if (shape.samples != 1) return fail(Errc::unsupported, "one-bit colour");
  DecodedFrame frame{make_block(shape, false), false};
  unpack_bits(bytes, frame.block);
  return frame;
}

/// Y1 Y2 Cb Cr -> Y1 Cb Cr, Y2 Cb Cr. Source: PS3.3 C.7.6.3.1.2 (YBR_FULL_422).
Result<DecodedFrame> decode_422(FrameShape const& shape, std::span<std::byte const> bytes) {
  std::uint64_t const pairs = std::uint64_t{shape.rows} * shape.cols / 2;
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

/// Rows in pairs, Y1 Y2 Cb Cr … and Y3 Y4 …: the pair's chroma is that of its first row. Source:
/// PS3.3 C.7.6.3.1.2 (YBR_PARTIAL_420); see is_420.
Result<DecodedFrame> decode_420(FrameShape const& shape, std::span<std::byte const> bytes) {
  DecodedFrame frame{make_block(shape, false), false};
  std::size_t const pairs = shape.cols / 2, row_bytes = std::size_t{shape.cols} * 3;
  std::byte const* in = bytes.data();
  std::byte* out = frame.block.bytes.data();
  for (std::uint32_t row = 0; row < shape.rows; row += 2) {
    std::byte const* const below = in + pairs * 4;
    for (std::size_t i = 0; i < pairs; ++i, in += 4, out += 6) {
      std::array const lumas{in[0], in[1], below[2 * i], below[2 * i + 1]};
      for (std::size_t pixel = 0; pixel < lumas.size(); ++pixel) {
        std::byte* const at = out + (pixel / 2) * row_bytes + (pixel % 2) * 3;
        at[0] = lumas[pixel];
        at[1] = in[2];
        at[2] = in[3];
      }
    }
    in += shape.cols;
    out += row_bytes;
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

/// OF and OD of Explicit VR Big Endian: each number's bytes are in the other order. Source: PS3.5
/// 7.3.
void swap_reals(SampleBlock& block) {
  std::size_t const size = block.bits_allocated / 8u;
  for (auto at = block.bytes.begin(); at != block.bytes.end();
       at += static_cast<std::ptrdiff_t>(size))
    std::reverse(at, at + static_cast<std::ptrdiff_t>(size));
}

/// Big-endian Pixel Data is OW: a row of 16-bit words. Samples of 32 bits are two words, the less
/// significant first (PS3.5 8.1.1), so swapping each word's bytes serves both.
void swap_words(SampleBlock& block) {
  if (block.bits_allocated == 8) return;
  std::byte* const bytes = block.bytes.data();
  for (std::size_t i = 0; i + 1 < block.bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

/// How the frame's samples lie. YBR_FULL_422 that has three samples for each pixel is a quirk: a
/// frame of that size cannot be anything else, so its length decides.
enum class Packing : std::uint8_t { samples, bits, chroma_422, chroma_420 };

Packing packing_of(PixelFormat const& format, FrameShape const& shape, std::uint64_t length) {
  if (format.bits_allocated == 1) return Packing::bits;
  if (shape.samples != 3 || length >= shape.bytes) return Packing::samples;
  if (is_420(format.photometric)) return Packing::chroma_420;
  return is_422(format.photometric) ? Packing::chroma_422 : Packing::samples;
}

/// Bytes that a whole frame has.
std::uint64_t packed_bytes(Packing packing, FrameShape const& shape) {
  switch (packing) {
    case Packing::bits: return (shape.values + 7) / 8;
    case Packing::chroma_422: return std::uint64_t{shape.rows} * shape.cols * 2;
    case Packing::chroma_420: return std::uint64_t{shape.rows} * shape.cols / 2 * 3;
    default: return shape.bytes;
  }
}

Status check_packing(FrameShape const& shape, Packing packing) {
  if (packing != Packing::chroma_422 && packing != Packing::chroma_420) return {};
  if (shape.cols % 2 != 0) return fail(Errc::corrupt, "shared chroma with odd columns");
  if (packing == Packing::chroma_420 && shape.rows % 2 != 0)
    return fail(Errc::corrupt, "YBR_PARTIAL_420 with odd rows");
  if (shape.sample_bytes != 1) return fail(Errc::unsupported, "shared chroma deeper than 8 bits");
  return {};
}

Result<DecodedFrame> decode_samples(DecodeRequest const& request, FrameShape const& shape,
                                    std::span<std::byte const> bytes) {
  PixelFormat const& format = request.format;
  DecodedFrame frame{make_block(shape, format.is_signed), is_rgb_when_decoded(format.photometric)};
  frame.block.is_float = is_float(format);
  std::byte* const out = frame.block.bytes.data();
  if (shape.samples > 1 && format.planar_configuration == 1) {
    interleave_planes(shape, bytes.data(), out);
  } else {
    std::memcpy(out, bytes.data(), frame.block.bytes.size());
  }
  if (request.encoding == Encoding::native_be)
    frame.block.is_float ? swap_reals(frame.block) : swap_words(frame.block);
  extract_stored_bits(format, frame.block);
  return frame;
}

}  // namespace

Result<DecodedFrame> decode_native(DecodeRequest const& request, Limits const& limits) {
  PixelFormat const& format = request.format;
  auto const shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "native has one level");
  Packing const packing = packing_of(format, *shape, request.bytes.size());
  if (Status const legal = check_packing(*shape, packing); !legal)
    return std::unexpected(legal.error());
  std::uint64_t const wanted = packed_bytes(packing, *shape);
  std::span<std::byte const> bytes = request.bytes;
  std::vector<std::byte> filled;
  std::optional<MissingPart> missing;
  if (bytes.size() < wanted) {
    if (bytes.size() < std::max<std::uint64_t>(wanted / kLeastShare, 1))
      return fail(Errc::truncated, "frame", bytes.size());
    bool const is_planar = shape->samples > 1 && format.planar_configuration == 1;
    std::uint64_t const rows = bytes.size() * shape->rows / wanted;
    missing = {Errc::truncated, is_planar ? 0 : static_cast<std::uint32_t>(rows)};
    filled.assign(bytes.begin(), bytes.end());
    filled.resize(static_cast<std::size_t>(wanted));
    bytes = filled;
  }
  auto frame = packing == Packing::bits         ? decode_bits(*shape, bytes)
               : packing == Packing::chroma_422 ? decode_422(*shape, bytes)
               : packing == Packing::chroma_420 ? decode_420(*shape, bytes)
                                                : decode_samples(request, *shape, bytes);
  if (frame) frame->missing = missing;
  return frame;
}

}  // namespace sightline::codec
