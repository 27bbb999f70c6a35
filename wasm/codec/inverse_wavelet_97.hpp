#pragma once
#include <cstddef>

#include "codec/wavelet_rows.hpp"

namespace sightline::codec {

/// The irreversible 9/7 wavelet, backwards, a row at a time; products and sums are rounded one by
/// one, so that every build gives the same. High-pass samples come with half of their nominal gain
/// for each direction (HtBand::half_step has none of E-4's gain): what is doubled here.
/// Source: ISO/IEC 15444-1 F.3.8.2, table F.4.
struct InverseWavelet97 {
  using Sample = float;
  static constexpr unsigned kSteps = 4;

  /// One row out of its halves (1D_SR).
  static void join(HalfRows<Sample> const& halves, RowRole role, Sample* out);
  /// The n-th lifting step (from 1) of columns, on a row between two others.
  static void lift(unsigned n, Sample* row, Sample const* before, Sample const* after,
                   std::size_t count);
  /// All steps that a row more allows, in one go: row n of `rows`, from the newest (0) to the
  /// oldest (kSteps + 1), is lifted by the n-th step, but for the first and the last.
  static void lift_all(Sample* const* rows, std::size_t count);
  /// Columns of one sample that is a high-pass one: half of its gain is what it must have.
  static void halve(Sample*, std::size_t) {}
};

}  // namespace sightline::codec
