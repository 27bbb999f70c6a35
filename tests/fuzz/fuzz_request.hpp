#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/frame_decoder.hpp"

namespace sightline::fuzz {

/// Bounds that let a fuzzer run many inputs a second; the code under test is the same.
inline constexpr Limits kFuzzLimits{
    .max_rows = 4096, .max_cols = 4096, .max_frame_bytes = 4u << 20};

inline constexpr std::size_t kHeaderBytes = 10;

/// The first ten bytes say what the data set claims, the rest is the frame.
inline codec::DecodeRequest request_of(std::span<std::byte const> input) {
  auto const u8 = [&](std::size_t i) { return std::to_integer<unsigned>(input[i]); };
  codec::DecodeRequest request;
  PixelFormat& format = request.format;
  format.rows = u8(0) | u8(1) << 8;
  format.cols = u8(2) | u8(3) << 8;
  format.samples_per_pixel = (u8(4) & 1) != 0 ? 3 : 1;
  constexpr std::uint16_t kAllocated[] = {1, 8, 16, 32};
  format.bits_allocated = kAllocated[u8(4) >> 1 & 3];
  format.is_signed = (u8(4) & 8) != 0;
  format.planar_configuration = (u8(4) & 16) != 0 ? 1 : 0;
  format.bits_stored = static_cast<std::uint16_t>(u8(5) % format.bits_allocated + 1);
  format.high_bit = static_cast<std::uint16_t>(
      std::min<unsigned>(format.bits_stored - 1u + u8(6) % 8, format.bits_allocated - 1u));
  format.photometric = static_cast<Photometric>(u8(7) % 11);
  request.discard_levels = u8(8) % 8;
  request.bytes = input.subspan(kHeaderBytes);
  return request;
}

}  // namespace sightline::fuzz
