#include "codec/jpegls_library.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

#include <charls/intrface.h>

namespace sightline::codec {
namespace {

/// The library peeks a scan header and a few bytes past a cut stream's end: it gets zeros there.
constexpr std::size_t kSlackBytes = 64;

Errc errc_of(JLS_ERROR error) {
  switch (error) {
    case OK: return Errc::ok;
    case ParameterValueNotSupported:
    case ImageTypeNotSupported:
    case UnsupportedBitDepthForTransform:
    case UnsupportedColorTransform: return Errc::unsupported;
    case MemoryAllocationFailure: return Errc::out_of_memory;
    default: return Errc::corrupt;
  }
}

/// The only place where the library's exceptions can arrive: it reports its own as codes, but what
/// its containers throw gets out.
Errc run_library(std::span<std::byte const> padded, std::size_t stream_bytes,
                 std::span<std::byte> out) {
  try {
    return errc_of(JpegLsDecode(out.data(), out.size(), padded.data(), stream_bytes, nullptr));
  } catch (std::exception const&) {
    return Errc::out_of_memory;
  } catch (...) {
    return Errc::corrupt;
  }
}

/// Of a broken stream: the library stores each line once it is decoded, and zeros stand for the
/// rest. The last one that it stored may have been made of bits that are not there: it is taken
/// away. Returns the lines that stay, counted over all planes.
std::uint32_t keep_whole_lines(std::vector<std::byte>& decoded, JpegLsHeader::Interleave interleave,
                               FrameShape const& shape) {
  bool const by_plane = interleave == JpegLsHeader::Interleave::none;
  std::size_t const lines = std::size_t{shape.rows} * (by_plane ? shape.samples : 1u);
  std::size_t const line_bytes = decoded.size() / lines;
  auto const is_set = [](std::byte each) { return each != std::byte{0}; };
  auto const last = std::find_if(decoded.rbegin(), decoded.rend(), is_set);
  std::size_t const set_bytes = static_cast<std::size_t>(decoded.rend() - last);
  std::size_t const kept = set_bytes == 0 ? 0 : (set_bytes - 1) / line_bytes;
  std::fill(decoded.begin() + static_cast<std::ptrdiff_t>(kept * line_bytes), decoded.end(),
            std::byte{0});
  return static_cast<std::uint32_t>(kept);
}

/// Samples of one or two bytes, by plane or by pixel, to the block's samples.
void store(std::span<std::byte const> in, std::size_t in_bytes, bool by_plane,
           FrameShape const& shape, SampleBlock& block) {
  std::size_t const pixels = std::size_t{shape.rows} * shape.cols;
  std::size_t const samples = shape.samples;
  std::size_t const out_bytes = shape.sample_bytes;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    std::size_t const first = by_plane ? sample * pixels : sample;
    std::size_t const step = by_plane ? 1 : samples;
    std::byte const* from = in.data() + first * in_bytes;
    std::byte* to = block.bytes.data() + sample * out_bytes;
    for (std::size_t i = 0; i < pixels; ++i) {
      std::memcpy(to, from, in_bytes);
      from += step * in_bytes;
      to += samples * out_bytes;
    }
  }
}

}  // namespace

Result<DecodedFrame> decode_jpegls_by_library(DecodeRequest const& request,
                                              JpegLsHeader const& header, FrameShape const& shape) {
  PixelFormat const& format = request.format;
  std::vector<std::byte> padded;
  padded.reserve(request.bytes.size() + kSlackBytes);
  padded.assign(request.bytes.begin(), request.bytes.end());
  padded.resize(request.bytes.size() + kSlackBytes);
  std::size_t const in_bytes = header.precision > 8 ? 2 : 1;
  std::vector<std::byte> decoded(static_cast<std::size_t>(shape.values) * in_bytes);
  Errc const code = run_library(padded, request.bytes.size(), decoded);
  std::optional<MissingPart> missing;
  if (code != Errc::ok) {
    // The library has one code for bad and for missing bytes; without EOI some are missing.
    bool const has_end =
        request.bytes.size() >= 3 && (std::memcmp(&request.bytes.back() - 1, "\xff\xd9", 2) == 0 ||
                                      std::memcmp(&request.bytes.back() - 2, "\xff\xd9", 2) == 0);
    std::uint32_t const lines = keep_whole_lines(decoded, header.interleave, shape);
    bool const has_lines = lines > 0;
    Errc const fault = code == Errc::corrupt && !has_end ? Errc::truncated : code;
    if (code != Errc::corrupt || !has_lines) return fail(fault, "JPEG-LS data");
    // Wrong bits are noticed late: only where bytes are missing is it known which lines are right.
    bool const is_told = fault == Errc::truncated && lines <= shape.rows;
    missing = {fault, is_told ? lines : 0};
  }
  DecodedFrame frame{make_block(shape, format.is_signed), is_rgb_when_decoded(format.photometric)};
  bool const by_plane = header.interleave == JpegLsHeader::Interleave::none;
  store(decoded, in_bytes, by_plane && shape.samples > 1, shape, frame.block);
  extend_sign(format, frame.block);
  frame.missing = missing;
  return frame;
}

}  // namespace sightline::codec
