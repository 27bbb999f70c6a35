#pragma once
#include <cstddef>

namespace sightline::codec {

/// One row's low- and high-pass halves, on their way into one row. Halves may be read, and the row
/// written, up to kRowMargin samples past their ends; two samples past each of a half's ends are
/// overwritten. Source: ISO/IEC 15444-1 F.3.3.
template <class Sample>
struct HalfRows {
  Sample* low = nullptr;
  std::size_t low_count = 0;
  Sample* high = nullptr;
  std::size_t high_count = 0;
  bool starts_high = false;  ///< The first sample is a high-pass one.

  [[nodiscard]] std::size_t count() const { return low_count + high_count; }
};

/// What a row is in its columns: a low- or a high-pass one, or the only one.
enum class RowRole { low, high, alone };

inline constexpr std::size_t kRowMargin = 8;

/// Continues a row of at least two samples by `more` mirrored ones at both ends (at most four).
/// Each lifting step mirrors what it reads beyond the ends; steps on a row that was mirrored before
/// give the same, for both sides of a mirror go the same way. Source: ISO/IEC 15444-1 F.3.7.
template <class Sample>
void mirror_ends(HalfRows<Sample> const& halves, std::ptrdiff_t more) {
  auto const last = static_cast<std::ptrdiff_t>(halves.count()) - 1;
  auto const place = [&](std::ptrdiff_t at) -> Sample& {
    bool const is_high = (at & 1) != (halves.starts_high ? 1 : 0);
    return (is_high ? halves.high : halves.low)[at >> 1];
  };
  auto const mirrored = [&](std::ptrdiff_t at) {
    while (at < 0 || at > last) at = at < 0 ? -at : 2 * last - at;
    return place(at);
  };
  for (std::ptrdiff_t n = 1; n <= more; ++n) {
    place(-n) = mirrored(-n);
    place(last + n) = mirrored(last + n);
  }
}

}  // namespace sightline::codec
