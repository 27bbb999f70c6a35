#include "codec/inverse_wavelet_97.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "codec/vector4.hpp"

namespace sightline::codec {
namespace {

/// Minus delta, gamma, beta, alpha of table F.4, in the order of the steps.
constexpr float kStepFactors[4] = {-0.443506852f, -0.882911075f, 0.052980118f, 1.586134342f};
constexpr float kLowScale = 1.230174105f;  ///< K
/// Twice 1/K, with the value that OpenJPEG has always had for it (3.3e-5 less than the quotient):
/// lossy pictures are the same to the bit whichever of the two decoders a viewer used.
constexpr float kHighScale = 1.625732422f;

float scale_of(RowRole role) {
  switch (role) {
    case RowRole::low: return kLowScale;
    case RowRole::high: return kHighScale;
    case RowRole::alone: break;
  }
  return 1;
}

F32x4 lifted(F32x4 row, F32x4 before, F32x4 after, float step) {
  return row + (before + after) * splat4(step);
}

}  // namespace

void InverseWavelet97::join(HalfRows<Sample> const& halves, RowRole role, Sample* out) {
  F32x4 const scale = splat4(scale_of(role));
  if (halves.count() == 1) {
    out[0] = (halves.starts_high ? halves.high[0] : halves.low[0]) * scale[0];
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
  F32x4 odd0 = {}, even1 = {}, odd1 = {}, even2 = {};
  // All four steps in one go, each pair of them a vector behind the one before; the last one is
  // given, of the samples two vectors back.
  auto const advance = [&](std::ptrdiff_t i) __attribute__((always_inline)) {
    // What is behind the mirrored samples reaches nothing.
    std::ptrdiff_t const from = i < pairs + 2 ? i : pairs;
    F32x4 const even0 = load4<F32x4>(even + from) * splat4(kLowScale);
    F32x4 const next_odd0 = load4<F32x4>(odd + from) * splat4(kHighScale);
    F32x4 const next_even1 = lifted(even0, one_back4(odd0, next_odd0), next_odd0, kStepFactors[0]);
    F32x4 const next_odd1 = lifted(odd0, even1, one_on4(even1, next_even1), kStepFactors[1]);
    F32x4 const next_even2 = lifted(even1, one_back4(odd1, next_odd1), next_odd1, kStepFactors[2]);
    F32x4 const odd2 = lifted(odd1, even2, one_on4(even2, next_even2), kStepFactors[3]);
    std::pair const done{even2 * scale, odd2 * scale};
    odd0 = next_odd0;
    even1 = next_even1;
    odd1 = next_odd1;
    even2 = next_even2;
    return done;
  };
  for (std::ptrdiff_t i = -4; i < 8; i += 4) advance(i);
  for (std::ptrdiff_t i = 8; i < pairs + 8; i += 4) {
    auto const [a, b] = advance(i);
    Sample* const to = out + 2 * (i - 8);
    store4(to, __builtin_shufflevector(a, b, 0, 4, 1, 5));
    store4(to + 4, __builtin_shufflevector(a, b, 2, 6, 3, 7));
  }
}

void InverseWavelet97::lift(unsigned n, Sample* row, Sample const* before, Sample const* after,
                            std::size_t count) {
  float const step = kStepFactors[n - 1];
  for (std::size_t i = 0; i < count; i += 4) {
    store4(row + i,
           lifted(load4<F32x4>(row + i), load4<F32x4>(before + i), load4<F32x4>(after + i), step));
  }
}

void InverseWavelet97::lift_all(Sample* const* rows, std::size_t count) {
  // Of their own: a store could change what `rows` points to, for all that a compiler knows.
  std::array<Sample*, kSteps + 2> own;
  std::copy_n(rows, own.size(), own.begin());
  for (std::size_t i = 0; i < count; i += 4) {
    auto const row2 = load4<F32x4>(own[2] + i), row3 = load4<F32x4>(own[3] + i),
               row4 = load4<F32x4>(own[4] + i);
    F32x4 const first =
        lifted(load4<F32x4>(own[1] + i), row2, load4<F32x4>(own[0] + i), kStepFactors[0]);
    F32x4 const second = lifted(row2, row3, first, kStepFactors[1]);
    F32x4 const third = lifted(row3, row4, second, kStepFactors[2]);
    store4(own[1] + i, first);
    store4(own[2] + i, second);
    store4(own[3] + i, third);
    store4(own[4] + i, lifted(row4, load4<F32x4>(own[5] + i), third, kStepFactors[3]));
  }
}

}  // namespace sightline::codec
