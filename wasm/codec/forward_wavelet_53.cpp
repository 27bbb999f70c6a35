#include "codec/forward_wavelet_53.hpp"

#include <algorithm>

namespace sightline::codec {
namespace {

/// What a lifting step reads on both sides of sample i of `count`: the signal is mirrored at its
/// ends.
struct Neighbours {
  std::size_t before, after;
};
Neighbours neighbours(std::size_t i, std::size_t count) {
  std::size_t const before = i == 0 ? 1 : i - 1;
  return {before, i + 1 < count ? i + 1 : before};
}

void lift_high(std::int32_t* row, std::int32_t const* before, std::int32_t const* after,
               std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] -= (before[i] + after[i]) >> 1;
}
void lift_low(std::int32_t* row, std::int32_t const* before, std::int32_t const* after,
              std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] += (before[i] + after[i] + 2) >> 2;
}

void columns(std::int32_t* samples, std::size_t stride, std::size_t rows, std::size_t cols,
             std::int32_t* spare) {
  if (rows < 2) return;
  auto const row = [&](std::size_t i) { return samples + i * stride; };
  for (std::size_t i = 1; i < rows; i += 2) {
    auto const [before, after] = neighbours(i, rows);
    lift_high(row(i), row(before), row(after), cols);
  }
  for (std::size_t i = 0; i < rows; i += 2) {
    auto const [before, after] = neighbours(i, rows);
    lift_low(row(i), row(before), row(after), cols);
  }
  for (std::size_t i = 1; i < rows; i += 2) std::copy_n(row(i), cols, spare + (i / 2) * cols);
  std::size_t const low = (rows + 1) / 2;
  for (std::size_t i = 1; i < low; ++i) std::copy_n(row(2 * i), cols, row(i));
  for (std::size_t i = low; i < rows; ++i) std::copy_n(spare + (i - low) * cols, cols, row(i));
}

void one_row(std::int32_t* row, std::size_t cols, std::int32_t* spare) {
  if (cols < 2) return;
  for (std::size_t i = 1; i < cols; i += 2) {
    auto const [before, after] = neighbours(i, cols);
    row[i] -= (row[before] + row[after]) >> 1;
  }
  for (std::size_t i = 0; i < cols; i += 2) {
    auto const [before, after] = neighbours(i, cols);
    row[i] += (row[before] + row[after] + 2) >> 2;
  }
  std::size_t const low = (cols + 1) / 2;
  for (std::size_t i = 0; i < cols; ++i) spare[(i & 1) * low + i / 2] = row[i];
  std::copy_n(spare, cols, row);
}

}  // namespace

void forward_wavelet_53(std::int32_t* samples, std::size_t stride, std::uint32_t rows,
                        std::uint32_t cols, std::span<std::int32_t> spare) {
  columns(samples, stride, rows, cols, spare.data());
  for (std::size_t row = 0; row < rows; ++row) one_row(samples + row * stride, cols, spare.data());
}

}  // namespace sightline::codec
