#pragma once
#include <cstddef>

namespace sightline::codec {

/// One row's low- and high-pass halves, on their way into one row. Halves may be read, and the row
/// written, up to kRowMargin samples past their ends; high[-1] and high[high_count] are
/// overwritten. Source: ISO/IEC 15444-1 F.3.3.
template <class Sample>
struct HalfRows {
  Sample const* low = nullptr;
  std::size_t low_count = 0;
  Sample* high = nullptr;
  std::size_t high_count = 0;
  bool starts_high = false;  ///< The first sample is a high-pass one.
};

/// What a row is in its columns: a low- or a high-pass one, or the only one.
enum class RowRole { low, high, alone };

inline constexpr std::size_t kRowMargin = 8;

}  // namespace sightline::codec
