#pragma once
#include <cstddef>
#include <cstdint>

#include "codec/wavelet_rows.hpp"

namespace sightline::codec {

/// The reversible 5/3 wavelet, backwards, a row at a time. Sums wrap round.
/// Source: ISO/IEC 15444-1 F.3.3 to F.3.8.
struct InverseWavelet53 {
  using Sample = std::int32_t;
  static constexpr unsigned kSteps = 2;

  /// One row out of its halves (1D_SR).
  static void join(HalfRows<Sample> const& halves, RowRole role, Sample* out);
  /// The n-th lifting step (from 1) of columns, on a row between two others.
  static void lift(unsigned n, Sample* row, Sample const* before, Sample const* after,
                   std::size_t count);
  /// All steps that a row more allows, in one go: row n of `rows`, from the newest (0) to the
  /// oldest (kSteps + 1), is lifted by the n-th step, but for the first and the last.
  static void lift_all(Sample* const* rows, std::size_t count);
  /// Columns of one sample that is a high-pass one.
  static void halve(Sample* row, std::size_t count);
};

}  // namespace sightline::codec
