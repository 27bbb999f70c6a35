#include "codec/inverse_wavelet_53.hpp"

#include <algorithm>

#include "codec/vector4.hpp"

namespace sightline::codec {
namespace {

/// Signed shifts of sums that wrap.
U32x4 low_lift(U32x4 row, U32x4 before, U32x4 after) {
  return row - bits4<U32x4>(bits4<I32x4>(before + after + 2u) >> 2);
}
U32x4 high_lift(U32x4 row, U32x4 before, U32x4 after) {
  return row + bits4<U32x4>(bits4<I32x4>(before + after) >> 1);
}

}  // namespace

void InverseWavelet53::join(HalfRows<Sample> const& halves, RowRole, Sample* out, Sample* scratch) {
  auto const [low, low_count, high, high_count, starts_high] = halves;
  if (low_count + high_count == 1) {
    out[0] = starts_high ? high[0] / 2 : low[0];
    return;
  }
  // A low-pass sample lies between two high-pass ones, and the other way round; which they are
  // depends on which comes first. At the ends the one neighbour counts twice.
  std::size_t const shift = starts_high ? 1 : 0;
  high[-1] = high[0];
  high[high_count] = high[high_count - 1];
  Sample* const even = scratch + kRowMargin;
  for (std::size_t i = 0; i < low_count; i += 4) {
    store4(even + i, low_lift(load4<U32x4>(low + i), load4<U32x4>(high + i + shift - 1),
                              load4<U32x4>(high + i + shift)));
  }
  even[-1] = even[0];
  even[low_count] = even[low_count - 1];
  std::size_t const pairs = std::max(low_count, high_count);
  for (std::size_t i = 0; i < pairs; i += 4) {
    auto const low_samples = load4<U32x4>(even + i);
    auto const before = load4<U32x4>(even + i - shift), after = load4<U32x4>(even + i + 1 - shift);
    U32x4 const high_samples = high_lift(load4<U32x4>(high + i), before, after);
    U32x4 const first = starts_high ? high_samples : low_samples;
    U32x4 const second = starts_high ? low_samples : high_samples;
    store4(out + 2 * i, __builtin_shufflevector(first, second, 0, 4, 1, 5));
    store4(out + 2 * i + 4, __builtin_shufflevector(first, second, 2, 6, 3, 7));
  }
}

void InverseWavelet53::lift(unsigned n, Sample* row, Sample const* before, Sample const* after,
                            std::size_t count) {
  if (n == 1) {
    for (std::size_t i = 0; i < count; i += 4) {
      store4(row + i,
             low_lift(load4<U32x4>(row + i), load4<U32x4>(before + i), load4<U32x4>(after + i)));
    }
    return;
  }
  for (std::size_t i = 0; i < count; i += 4) {
    store4(row + i,
           high_lift(load4<U32x4>(row + i), load4<U32x4>(before + i), load4<U32x4>(after + i)));
  }
}

void InverseWavelet53::halve(Sample* row, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] /= 2;
}

}  // namespace sightline::codec
