#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/sample_block.hpp"

namespace sightline::codec {

/// From a row of transform coefficients to stored values. Source: ISO/IEC 15444-1 G.
struct ComponentTransform {
  unsigned bits = 8;  ///< Up to 32.
  bool is_signed = false;
  bool uses_mct = false;  ///< RCT of integers, ICT of reals.
};

/// Inverse component transform, DC level shift, rounding to the nearest (ties to even) of reals,
/// and clipping to the components' range, of one row: `rows` are one or three components of
/// `count` samples, and become as many rows of `values`. Up to three more samples behind each are
/// read and written.
void to_values(ComponentTransform const& transform, std::span<std::int32_t const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count);
void to_values(ComponentTransform const& transform, std::span<float const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count);

/// Writes rows of values as samples of `sample_bytes` bytes, interleaved. Values are cut to the
/// width: two's complement keeps those of the other signedness.
void store_samples(std::span<std::int32_t const* const> rows, std::size_t count,
                   unsigned sample_bytes, std::byte* out);

}  // namespace sightline::codec
