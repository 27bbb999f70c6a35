#include "codec/rle_decoder.hpp"

#include <array>
#include <cstring>

#include "base/byte_reader.hpp"
#include "codec/frame_shape.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kHeaderBytes = 64, kMaxSegments = 15;

struct Segments {
  std::size_t count = 0;
  std::array<std::span<std::byte const>, kMaxSegments> spans;
};

/// PS3.5 G.5: the number of segments and their offsets from the header's begin.
Result<Segments> read_header(std::span<std::byte const> bytes, std::size_t expected) {
  ByteReader in(bytes);
  Segments segments;
  std::uint32_t const count = in.u32_le();
  std::array<std::uint32_t, kMaxSegments> offsets{};
  for (auto& offset : offsets) offset = in.u32_le();
  if (in.failed()) return fail(Errc::truncated, "RLE header", bytes.size());
  if (count != expected) return fail(Errc::corrupt, "RLE: number of segments");
  segments.count = count;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t const begin = offsets[i];
    std::size_t const end = i + 1 < count ? offsets[i + 1] : bytes.size();
    if (begin < kHeaderBytes || begin > end) return fail(Errc::corrupt, "RLE: segment offsets");
    if (end > bytes.size()) return fail(Errc::truncated, "RLE segment", bytes.size());
    segments.spans[i] = bytes.subspan(begin, end - begin);
  }
  return segments;
}

/// PS3.5 G.3.2. Fills exactly `plane`; what follows in the segment is padding.
Status unpack(std::span<std::byte const> in, std::span<std::byte> plane) {
  std::size_t read = 0, written = 0;
  while (written < plane.size()) {
    if (read >= in.size()) return fail(Errc::truncated, "RLE segment", read);
    auto const control = std::to_integer<std::size_t>(in[read++]);
    if (control < 128) {
      std::size_t const length = control + 1;
      if (length > in.size() - read) return fail(Errc::truncated, "RLE segment", read);
      if (length > plane.size() - written) return fail(Errc::corrupt, "RLE: run past plane", read);
      std::memcpy(plane.data() + written, in.data() + read, length);
      read += length;
      written += length;
    } else if (control > 128) {
      std::size_t const length = 257 - control;
      if (read >= in.size()) return fail(Errc::truncated, "RLE segment", read);
      if (length > plane.size() - written) return fail(Errc::corrupt, "RLE: run past plane", read);
      std::memset(plane.data() + written, std::to_integer<int>(in[read++]), length);
      written += length;
    }
    // 128 does nothing.
  }
  return {};
}

/// Byte planes of each sample, most significant first, to little-endian interleaved samples.
template <std::size_t SampleBytes, std::size_t SampleCount>
void merge(std::byte const* planes, std::size_t pixels, std::byte* out) {
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t sample = 0; sample < SampleCount; ++sample) {
      for (std::size_t byte = 0; byte < SampleBytes; ++byte) {
        std::size_t const plane = sample * SampleBytes + (SampleBytes - 1 - byte);
        out[(i * SampleCount + sample) * SampleBytes + byte] = planes[plane * pixels + i];
      }
    }
  }
}

template <std::size_t SampleBytes>
void merge_samples(FrameShape const& shape, std::byte const* planes, std::byte* out) {
  std::size_t const pixels = std::size_t{shape.rows} * shape.cols;
  if (shape.samples == 1) return merge<SampleBytes, 1>(planes, pixels, out);
  return merge<SampleBytes, 3>(planes, pixels, out);
}

/// Fills the planes, in the order of the segments.
Status unpack_planes(Segments const& segments, std::span<std::byte> planes) {
  std::size_t const plane_bytes = planes.size() / segments.count;
  for (std::size_t i = 0; i < segments.count; ++i) {
    auto const status = unpack(segments.spans[i], planes.subspan(i * plane_bytes, plane_bytes));
    if (!status) return status;
  }
  return {};
}

}  // namespace

Result<DecodedFrame> decode_rle(DecodeRequest const& request, Limits const& limits) {
  PixelFormat const& format = request.format;
  auto const shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "RLE has one level");
  bool const is_packed = format.bits_allocated == 1;
  if (is_packed && shape->samples != 1) return fail(Errc::unsupported, "one-bit colour");
  std::size_t const plane_count = std::size_t{shape->samples} * shape->sample_bytes;
  auto const segments = read_header(request.bytes, plane_count);
  if (!segments) return std::unexpected(segments.error());
  std::uint64_t const packed_bytes = is_packed ? (shape->values + 7) / 8 : shape->bytes;
  // Two bytes give at most 128: refuse what cannot fill the frame before allocating it.
  if (request.bytes.size() < packed_bytes / 64) return fail(Errc::truncated, "RLE frame");

  DecodedFrame frame{make_block(*shape, format.is_signed), format.photometric == Photometric::rgb};
  if (plane_count == 1 && !is_packed) {
    auto const status = unpack_planes(*segments, frame.block.bytes);
    if (!status) return std::unexpected(status.error());
  } else {
    std::vector<std::byte> planes(static_cast<std::size_t>(packed_bytes));
    auto const status = unpack_planes(*segments, planes);
    if (!status) return std::unexpected(status.error());
    std::byte* const out = frame.block.bytes.data();
    if (is_packed) {
      unpack_bits(planes, frame.block);
    } else if (shape->sample_bytes == 1) {
      merge_samples<1>(*shape, planes.data(), out);
    } else if (shape->sample_bytes == 2) {
      merge_samples<2>(*shape, planes.data(), out);
    } else {
      merge_samples<4>(*shape, planes.data(), out);
    }
  }
  extract_stored_bits(format, frame.block);
  return frame;
}

}  // namespace sightline::codec
