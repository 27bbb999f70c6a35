#include "pixel/sample_reader.hpp"

#include <algorithm>
#include <cstring>

#include "base/checked.hpp"
#include "pixel/real_value.hpp"

namespace sightline::pixel {

Status check_block(SampleBlock const& block) {
  if (block.rows == 0 || block.cols == 0 || (block.samples != 1 && block.samples != 3)) {
    return fail(Errc::invalid_argument, "a block's shape");
  }
  bool const is_integer =
      !block.is_float &&
      (block.bits_allocated == 8 || block.bits_allocated == 16 || block.bits_allocated == 32);
  bool const is_real = block.is_float && block.samples == 1 &&
                       (block.bits_allocated == 32 || block.bits_allocated == 64);
  if (!is_integer && !is_real) {
    return fail(Errc::invalid_argument, "a block's bits allocated");
  }
  auto const bytes = checked_product({block.rows, block.cols, block.samples,
                                      static_cast<std::uint64_t>(block.bits_allocated / 8)});
  if (!bytes || *bytes != block.bytes.size()) {
    return fail(Errc::invalid_argument, "a block's length");
  }
  return {};
}

SampleReader::SampleReader(SampleBlock const& block, std::uint32_t first_row,
                           std::uint32_t first_col)
    : bytes_(block.bytes.data()),
      rows_(block.rows),
      cols_(block.cols),
      first_row_(first_row),
      first_col_(first_col),
      samples_(block.samples),
      sample_bytes_(block.bits_allocated / 8u),
      is_signed_(block.is_signed),
      is_float_(block.is_float) {}

float SampleReader::real_at(std::int64_t row, std::int64_t col) const {
  auto const r = static_cast<std::size_t>(std::clamp<std::int64_t>(row - first_row_, 0, rows_ - 1));
  auto const c = static_cast<std::size_t>(std::clamp<std::int64_t>(col - first_col_, 0, cols_ - 1));
  std::byte const* const p = bytes_ + (r * static_cast<std::size_t>(cols_) + c) * sample_bytes_;
  if (sample_bytes_ == 8) {
    double value;
    std::memcpy(&value, p, sizeof(value));
    return texel_of_real(value);
  }
  float value;
  std::memcpy(&value, p, sizeof(value));
  return texel_of_real(value);
}

std::int64_t SampleReader::at(std::int64_t row, std::int64_t col, std::uint32_t sample) const {
  auto const r = static_cast<std::size_t>(std::clamp<std::int64_t>(row - first_row_, 0, rows_ - 1));
  auto const c = static_cast<std::size_t>(std::clamp<std::int64_t>(col - first_col_, 0, cols_ - 1));
  std::size_t const index = (r * static_cast<std::size_t>(cols_) + c) * samples_ + sample;
  std::byte const* p = bytes_ + index * sample_bytes_;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < sample_bytes_; ++i) {
    value |= std::to_integer<std::uint32_t>(p[i]) << (8 * i);
  }
  if (!is_signed_) return value;
  std::uint32_t const unused_bits = 32 - 8 * static_cast<std::uint32_t>(sample_bytes_);
  return static_cast<std::int32_t>(value << unused_bits) >> unused_bits;
}

}  // namespace sightline::pixel
