// One row against the formulas of ISO/IEC 15444-1 F.3.8 taken word by word: sample by sample, with
// the extension of F.3.7, of every small length and both parities.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "codec/inverse_wavelet_53.hpp"
#include "codec/inverse_wavelet_97.hpp"

namespace sightline::codec {
namespace {

/// Y(i) of an interleaved row that begins at `first`, symmetrically extended.
template <class T>
T& extended(std::vector<T>& row, long first, long i) {
  long const last = first + static_cast<long>(row.size()) - 1;
  while (i < first || i > last) i = i < first ? 2 * first - i : 2 * last - i;
  return row[static_cast<std::size_t>(i - first)];
}

/// A lifting step on the positions of one parity.
template <class T, class Step>
void lift_all(std::vector<T>& row, long first, bool odd, Step step) {
  for (long i = first; i < first + static_cast<long>(row.size()); ++i) {
    if ((i & 1) != (odd ? 1 : 0)) continue;
    T& sample = row[static_cast<std::size_t>(i - first)];
    sample = step(sample, extended(row, first, i - 1), extended(row, first, i + 1));
  }
}

long floor_div(long a, long b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// The row's halves with their margins, and what join makes of them.
template <class Wavelet>
std::vector<typename Wavelet::Sample> joined(
    std::vector<typename Wavelet::Sample> const& interleaved, bool starts_high, RowRole role) {
  using Sample = typename Wavelet::Sample;
  std::size_t const count = interleaved.size();
  std::vector<Sample> low(count + 3 * kRowMargin), high(low), out(count + 3 * kRowMargin);
  HalfRows<Sample> halves{low.data() + kRowMargin, 0, high.data() + kRowMargin, 0, starts_high};
  for (std::size_t i = 0; i < count; ++i) {
    bool const is_high = (i & 1) != (starts_high ? 1u : 0u);
    if (is_high) {
      halves.high[halves.high_count++] = interleaved[i];
    } else {
      low[kRowMargin + halves.low_count++] = interleaved[i];
    }
  }
  Wavelet::join(halves, role, out.data() + kRowMargin);
  return {out.begin() + kRowMargin, out.begin() + static_cast<long>(kRowMargin + count)};
}

TEST(InverseWavelet53, IsTheStandards) {
  std::mt19937 random(53);
  for (std::size_t count = 1; count <= 40; ++count) {
    for (long const first : {0L, 1L}) {
      std::vector<std::int32_t> row(count);
      for (auto& sample : row) sample = static_cast<std::int32_t>(random() % 4001) - 2000;
      if (count == 1 && first == 1) row[0] *= 2;  // as the other direction leaves it
      std::vector<long> expected(row.begin(), row.end());
      if (count == 1) {
        if (first == 1) expected[0] /= 2;
      } else {
        lift_all(expected, first, false,
                 [](long x, long a, long b) { return x - floor_div(a + b + 2, 4); });
        lift_all(expected, first, true,
                 [](long x, long a, long b) { return x + floor_div(a + b, 2); });
      }
      auto const got = joined<InverseWavelet53>(row, first == 1, RowRole::alone);
      EXPECT_EQ(std::vector<long>(got.begin(), got.end()), expected) << count << ' ' << first;
    }
  }
}

TEST(InverseWavelet97, IsTheStandardsButForRounding) {
  constexpr double kAlpha = -1.586134342059924, kBeta = -0.052980118572961;
  constexpr double kGamma = 0.882911075530934, kDelta = 0.443506852043971;
  constexpr double kK = 1.230174104914001;
  std::mt19937 random(97);
  for (std::size_t count = 1; count <= 40; ++count) {
    for (long const first : {0L, 1L}) {
      // High-pass samples come with half of their nominal gain.
      std::vector<float> row(count);
      for (auto& sample : row) sample = static_cast<float>(random() % 2001) - 1000;
      std::vector<double> expected(row.begin(), row.end());
      if (count > 1) {
        lift_all(expected, first, false, [](double x, double, double) { return x * kK; });
        lift_all(expected, first, true, [](double x, double, double) { return x * 2 / kK; });
        for (auto const& [odd, factor] :
             {std::pair{false, kDelta}, {true, kGamma}, {false, kBeta}, {true, kAlpha}}) {
          lift_all(expected, first, odd,
                   [&](double x, double a, double b) { return x - factor * (a + b); });
        }
      }
      auto const got = joined<InverseWavelet97>(row, first == 1, RowRole::alone);
      for (std::size_t i = 0; i < count; ++i) {
        // The constant for 2/K is 3.3e-5 less than the quotient.
        EXPECT_NEAR(got[i], expected[i], 0.5) << count << ' ' << first << ' ' << i;
      }
    }
  }
}

}  // namespace
}  // namespace sightline::codec
