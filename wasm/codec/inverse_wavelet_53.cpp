#include "codec/inverse_wavelet_53.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

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

void InverseWavelet53::join(HalfRows<Sample> const& halves, RowRole, Sample* out) {
  if (halves.count() == 1) {
    out[0] = halves.starts_high ? halves.high[0] / 2 : halves.low[0];
    return;
  }
  mirror_ends(halves, kSteps);
  // An even sample stands before the odd one of its number: the one before it, if the row starts
  // with an odd one.
  std::ptrdiff_t const shift = halves.starts_high ? 1 : 0;
  Sample const* const even = halves.low - shift;
  Sample const* const odd = halves.high;
  out -= shift;
  auto const pairs = (static_cast<std::ptrdiff_t>(halves.count()) + shift + 1) / 2;
  auto odd0 = load4<U32x4>(odd - 4);
  U32x4 even1 = {};
  // Both steps in one go, the second a vector behind the first.
  for (std::ptrdiff_t i = 0; i < pairs + 4; i += 4) {
    auto const next_odd0 = load4<U32x4>(odd + i);
    U32x4 const next_even1 =
        low_lift(load4<U32x4>(even + i), one_back4(odd0, next_odd0), next_odd0);
    if (i > 0) {
      U32x4 const odd1 = high_lift(odd0, even1, one_on4(even1, next_even1));
      Sample* const to = out + 2 * (i - 4);
      store4(to, __builtin_shufflevector(even1, odd1, 0, 4, 1, 5));
      store4(to + 4, __builtin_shufflevector(even1, odd1, 2, 6, 3, 7));
    }
    odd0 = next_odd0;
    even1 = next_even1;
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

void InverseWavelet53::lift_all(Sample* const* rows, std::size_t count) {
  // Of their own: a store could change what `rows` points to, for all that a compiler knows.
  std::array<Sample*, kSteps + 2> own;
  std::copy_n(rows, own.size(), own.begin());
  for (std::size_t i = 0; i < count; i += 4) {
    auto const before = load4<U32x4>(own[2] + i);
    U32x4 const low = low_lift(load4<U32x4>(own[1] + i), before, load4<U32x4>(own[0] + i));
    U32x4 const high = high_lift(before, load4<U32x4>(own[3] + i), low);
    store4(own[1] + i, low);
    store4(own[2] + i, high);
  }
}

void InverseWavelet53::halve(Sample* row, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] /= 2;
}

}  // namespace sightline::codec
