#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace sightline::codec {

/// A block's dequantised coefficients, row by row.
using DctBlock = std::array<std::int16_t, 64>;

/// The sum of a block's squares up to which inverse_dct gives what the library gives: within it no
/// sum leaves its lanes. A picture's blocks have 1024 squared at most, and what quantisation adds.
inline constexpr std::uint64_t kMostDctSquares = 1536 * 1536;

/// The inverse DCT of IJG's "islow", bit for bit, which has 13 bits of fraction: 8 x 8 samples,
/// `stride` bytes from a row to the next. Source: ISO/IEC 10918-1 A.3.3.
void inverse_dct(DctBlock const& block, std::uint8_t* out, std::size_t stride);
/// The same of a block of which only the first coefficient is not 0.
void inverse_dct_flat(std::int32_t first, std::uint8_t* out, std::size_t stride);

}  // namespace sightline::codec
