#include "codec/inverse_wavelet_97.hpp"

#include <algorithm>
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

void InverseWavelet97::join(HalfRows<Sample> const& halves, RowRole role, Sample* out,
                            Sample* scratch) {
  auto const [low, low_count, high, high_count, starts_high] = halves;
  float const scale = scale_of(role);
  if (low_count + high_count == 1) {
    out[0] = (starts_high ? high[0] : low[0]) * scale;
    return;
  }
  std::size_t const pairs = std::max(low_count, high_count);
  Sample* const even = scratch + kRowMargin;
  Sample* const odd = even + pairs + 2 * kRowMargin;
  for (std::size_t i = 0; i < pairs; i += 4) {
    store4(even + i, load4<F32x4>(low + i) * splat4(kLowScale));
    store4(odd + i, load4<F32x4>(high + i) * splat4(kHighScale));
  }
  // Each kind lies between two of the other; at the ends the one neighbour counts twice.
  std::size_t const shift = starts_high ? 1 : 0;
  for (unsigned n = 0; n < 4; n += 2) {
    odd[-1] = odd[0];
    odd[high_count] = odd[high_count - 1];
    for (std::size_t i = 0; i < low_count; i += 4) {
      store4(even + i, lifted(load4<F32x4>(even + i), load4<F32x4>(odd + i + shift - 1),
                              load4<F32x4>(odd + i + shift), kStepFactors[n]));
    }
    even[-1] = even[0];
    even[low_count] = even[low_count - 1];
    for (std::size_t i = 0; i < high_count; i += 4) {
      store4(odd + i, lifted(load4<F32x4>(odd + i), load4<F32x4>(even + i - shift),
                             load4<F32x4>(even + i + 1 - shift), kStepFactors[n + 1]));
    }
  }
  Sample const* const first = starts_high ? odd : even;
  Sample const* const second = starts_high ? even : odd;
  for (std::size_t i = 0; i < pairs; i += 4) {
    F32x4 const a = load4<F32x4>(first + i) * splat4(scale);
    F32x4 const b = load4<F32x4>(second + i) * splat4(scale);
    store4(out + 2 * i, __builtin_shufflevector(a, b, 0, 4, 1, 5));
    store4(out + 2 * i + 4, __builtin_shufflevector(a, b, 2, 6, 3, 7));
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

}  // namespace sightline::codec
