#include "codec/rle_decoder.hpp"

#include <algorithm>
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

/// PS3.5 G.5: the number of segments and their offsets from the header's begin. Of a segment that
/// the frame does not hold whole, what there is.
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
    std::size_t const end = i + 1 < count ? offsets[i + 1] : std::max(begin, bytes.size());
    if (begin < kHeaderBytes || begin > end) return fail(Errc::corrupt, "RLE: segment offsets");
    if (begin >= bytes.size()) continue;
    segments.spans[i] = bytes.subspan(begin, std::min(end, bytes.size()) - begin);
  }
  return segments;
}

/// PS3.5 G.3.2. Fills `plane` and returns how much of it is filled; what follows in the segment is
/// padding, also inside of its last run (a quirk that changes no sample).
std::size_t unpack(std::span<std::byte const> in, std::span<std::byte> plane) {
  std::size_t read = 0, written = 0;
  while (written < plane.size() && read < in.size()) {
    auto const control = std::to_integer<std::size_t>(in[read++]);
    std::size_t const room = plane.size() - written;
    if (control < 128) {
      std::size_t const length = std::min({control + 1, in.size() - read, room});
      std::memcpy(plane.data() + written, in.data() + read, length);
      read += control + 1;
      written += length;
    } else if (control > 128 && read < in.size()) {
      std::size_t const length = std::min(257 - control, room);
      std::memset(plane.data() + written, std::to_integer<int>(in[read++]), length);
      written += length;
    }
    // 128 does nothing.
  }
  return written;
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

/// Fills the planes, in the order of the segments. Returns how many of their first bytes all have.
std::size_t unpack_planes(Segments const& segments, std::span<std::byte> planes) {
  std::size_t const plane_bytes = planes.size() / segments.count;
  std::size_t common = plane_bytes;
  for (std::size_t i = 0; i < segments.count; ++i) {
    auto const plane = planes.subspan(i * plane_bytes, plane_bytes);
    common = std::min(common, unpack(segments.spans[i], plane));
  }
  if (common == plane_bytes) return common;
  // A sample of which some bytes are missing is no sample.
  for (std::size_t i = 0; i < segments.count; ++i)
    std::ranges::fill(planes.subspan(i * plane_bytes + common, plane_bytes - common), std::byte{0});
  return common;
}

void merge_planes(FrameShape const& shape, bool is_packed, std::span<std::byte const> planes,
                  SampleBlock& block) {
  std::byte* const out = block.bytes.data();
  if (is_packed) return unpack_bits(planes, block);
  switch (shape.sample_bytes) {
    case 1: return merge_samples<1>(shape, planes.data(), out);
    case 2: return merge_samples<2>(shape, planes.data(), out);
    default: return merge_samples<4>(shape, planes.data(), out);
  }
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
  // Two bytes give at most 128: refuse what is no picture before it is allocated.
  if (request.bytes.size() < packed_bytes / 64 / kLeastShare)
    return fail(Errc::truncated, "RLE frame");

  DecodedFrame frame{make_block(*shape, format.is_signed), is_rgb_when_decoded(format.photometric)};
  std::vector<std::byte> planes;
  bool const is_direct = plane_count == 1 && !is_packed;
  if (!is_direct) planes.resize(static_cast<std::size_t>(packed_bytes));
  std::span<std::byte> const filled = is_direct ? std::span(frame.block.bytes) : std::span(planes);
  std::size_t const common = unpack_planes(*segments, filled);
  std::size_t const plane_bytes = filled.size() / plane_count;
  if (common < plane_bytes) {
    if (common < std::max<std::uint64_t>(plane_bytes / kLeastShare, 1))
      return fail(Errc::truncated, "RLE segment", request.bytes.size());
    std::uint64_t const rows = std::uint64_t{common} * shape->rows / plane_bytes;
    frame.missing = {Errc::truncated, static_cast<std::uint32_t>(rows)};
  }
  if (!is_direct) merge_planes(*shape, is_packed, planes, frame.block);
  extract_stored_bits(format, frame.block);
  return frame;
}

}  // namespace sightline::codec
