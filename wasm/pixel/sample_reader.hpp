#pragma once
#include <cstddef>
#include <cstdint>

#include "base/error.hpp"
#include "base/sample_block.hpp"

namespace sightline::pixel {

/// Errors: invalid_argument when bytes.size() is not rows x cols x samples x bits_allocated / 8, or
/// bits_allocated is none of 8, 16, 32 (32, 64 of real numbers), or samples is neither 1 nor 3.
/// Source: PS3.3 C.7.6.3, C.7.6.24.
Status check_block(SampleBlock const& block);

/// Reads stored values of a block that passed check_block, clamped to its edges.
/// Lifetime: the block outlives the reader. Source: PS3.5 8.1.1.
class SampleReader {
 public:
  /// `first_row`, `first_col`: what the block's first sample is called.
  explicit SampleReader(SampleBlock const& block, std::uint32_t first_row = 0,
                        std::uint32_t first_col = 0);
  std::int64_t at(std::int64_t row, std::int64_t col, std::uint32_t sample) const;
  bool is_float() const { return is_float_; }
  /// A real number as the GPU has it: real_value.hpp.
  float real_at(std::int64_t row, std::int64_t col) const;

 private:
  std::byte const* bytes_;
  std::int64_t rows_, cols_, first_row_, first_col_;
  std::size_t samples_, sample_bytes_;
  bool is_signed_, is_float_;
};

}  // namespace sightline::pixel
