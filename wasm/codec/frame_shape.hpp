#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// The size of a frame's decoded values, within limits.
struct FrameShape {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t samples = 1;
  std::uint16_t sample_bytes = 1;  ///< 1, 2, 4, 8; one-bit samples are unpacked to a byte each.
  std::uint64_t values = 0;        ///< rows x cols x samples
  std::uint64_t bytes = 0;         ///< values x sample_bytes; at most Limits::max_frame_bytes
};

/// Checks a pixel format before anything is allocated from it.
/// Errors: limit_exceeded; unsupported (samples other than 1 and 3; bits allocated other than 1, 8,
/// 16, 32; real numbers of more than one sample); corrupt (zero sizes; bits stored or high bit
/// outside bits allocated). Source: PS3.3 C.7.6.3, C.7.6.24, C.7.6.25.
Result<FrameShape> frame_shape(PixelFormat const& format, Limits const& limits);

/// Of a frame that is not whole, less than this share of its bytes is no picture: what a few bytes
/// state as their size is never allocated.
inline constexpr std::uint64_t kLeastShare = 64;

/// Samples that no codestream has transformed are RGB. Quirk "the codestream's tag": files that
/// were decompressed still say YBR_ICT or YBR_RCT, and hold RGB, for the decoder had turned them
/// back. Source: PS3.3 C.7.6.3.1.2.
constexpr bool is_rgb_when_decoded(Photometric photometric) {
  return photometric == Photometric::rgb || photometric == Photometric::ybr_ict ||
         photometric == Photometric::ybr_rct;
}

/// A zero-filled block of that shape.
SampleBlock make_block(FrameShape const& shape, bool is_signed);

/// Spreads one-bit samples to bytes 0 and 1, the first pixel from the least significant bit of the
/// first byte. `packed` has at least a bit for each byte of the block. Source: PS3.5 8.1.1.
void unpack_bits(std::span<std::byte const> packed, SampleBlock& block);

/// Brings samples as stored (bits allocated wide, little-endian) to values: takes the bits_stored
/// bits that end at high_bit, sign-extends them when signed, clears the rest. Source: PS3.5 8.1.1.
void extract_stored_bits(PixelFormat const& format, SampleBlock& block);

/// The same for values that came right-aligned out of a codestream without a sign of its own (JPEG,
/// JPEG-LS): sign-extends signed ones from bits_stored; leaves unsigned ones alone, for the
/// codestream knows its depth better than the data set.
void extend_sign(PixelFormat const& format, SampleBlock& block);

}  // namespace sightline::codec
