#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "codec/jpegls_header.hpp"

namespace sightline::codec {

/// What a scan's parameters say. Source: ISO/IEC 14495-1 A.2, C.2.4.1.1.
struct JpegLsParameters {
  std::int32_t most = 0;        ///< MAXVAL: all bits of the precision, or less
  std::int32_t near = 0;        ///< NEAR
  std::int32_t range = 0;       ///< RANGE
  std::int32_t range_bits = 0;  ///< qbpp
  std::int32_t limit = 0;       ///< LIMIT
  std::int32_t reset = 0;       ///< RESET
  std::array<std::int32_t, 3> thresholds{};

  /// Lossless, of all bits, with the usual RESET: what nearly every stream is, decoded by a loop
  /// that knows it.
  [[nodiscard]] bool is_usual() const {
    return near == 0 && reset == kUsualReset && (most & (most + 1)) == 0;
  }
  static constexpr std::int32_t kUsualReset = 64;
};

/// Thresholds that are not stated: as the standard computes them, or as CharLS 1 did for MAXVAL
/// below 128, where it took the standard's formula for larger ones.
enum class JpegLsDefaults : std::uint8_t { standard, charls1 };

/// Nothing where thresholds are out of order.
std::optional<JpegLsParameters> jpegls_parameters(JpegLsHeader const& header,
                                                  JpegLsDefaults defaults);

/// A context of regular mode; and, made when it changes, what its next sample asks of it first.
struct JpegLsContext {
  std::int32_t a = 0;
  std::int32_t place = 0;  ///< B + N - 1: 0 to N - 1
  std::int16_t c = 0;
  std::uint16_t n = 1;
  std::uint16_t shift = 32;  ///< 32 - k, the Golomb parameter
  std::uint16_t flip = 0;    ///< 1: with k = 0, an error means its complement

  /// Source: A.6. Without branches. At most RESET errors of at most 2^15 are summed: 31 bits hold
  /// them. `size`: the error's. IsUsual: JpegLsParameters::is_usual().
  template <bool IsUsual>
  [[gnu::always_inline]] void update(std::int32_t error, std::int32_t size, std::int32_t step,
                                     std::int32_t reset, bool is_lossless) {
    std::int32_t const is_full = n == reset ? 1 : 0;
    std::int32_t const before = n >> is_full;
    std::int32_t const count = before + 1;
    a = (a + size) >> is_full;
    std::int32_t moved = ((place + 1 - n + error * step) >> is_full) + before;
    // All ones, or zero. Unsigned, or the compiler makes two comparisons and two choices of it.
    std::int32_t const is_low = moved >> 31;
    std::int32_t const is_high = static_cast<std::int32_t>(static_cast<std::uint32_t>(before) -
                                                           static_cast<std::uint32_t>(moved)) >>
                                 31;
    moved = moved > before ? moved - count : moved + (count & is_low);
    moved = moved < 0 ? 0 : moved;
    place = moved > before ? before : moved;
    std::int32_t correction = c + is_low - is_high;
    correction = correction < -128 ? -128 : correction;
    c = static_cast<std::int16_t>(correction > 127 ? 127 : correction);
    n = static_cast<std::uint16_t>(count);
    if constexpr (IsUsual) {
      choose_usual_code(count);
    } else {
      choose_code(is_lossless);
    }
  }
  /// Source: A.5.1: the least k with N * 2^k >= A; at most 16, for errors are bounded by RANGE.
  /// A.5.3: whether 2 * B <= -N, where k = 0.
  void choose_code(bool is_lossless) {
    int const more = std::countl_zero(static_cast<std::uint32_t>(n)) -
                     std::countl_zero(static_cast<std::uint32_t>(a));
    int const least = more > 0 ? more : 0;
    int const k = least + ((std::int32_t{n} << least) < a ? 1 : 0);
    shift = static_cast<std::uint16_t>(32 - k);
    flip = is_lossless && k == 0 && 2 * place + 1 < n ? 1 : 0;
  }

 private:
  /// 2^32 / N, rounded down; where it is whole, one less.
  static constexpr auto kReciprocals = [] {
    std::array<std::uint32_t, JpegLsParameters::kUsualReset + 1> made{};
    for (std::uint32_t n = 1; n < made.size(); ++n) made[n] = 0xffffffffu / n;
    return made;
  }();

  /// The same of what is usual, in fewer steps: N is at most 64, A at most 2^22.
  [[gnu::always_inline]] void choose_usual_code(std::int32_t count) {
    // Less than A / N, by less than 1 / N: the bits of its whole part are k.
    auto const sum = static_cast<std::uint32_t>(a);
    std::uint64_t const product =
        std::uint64_t{sum} * kReciprocals[static_cast<std::size_t>(count)];
    auto const quotient = static_cast<std::uint32_t>(product >> 32);
    shift = static_cast<std::uint16_t>(std::countl_zero(quotient));
    // 2 * B + N, at least 2 - N, is made positive where k is not 0.
    auto const twice = static_cast<std::uint32_t>(2 * place + 1 - count);
    flip = static_cast<std::uint16_t>((twice + quotient * JpegLsParameters::kUsualReset) >> 31);
  }
};
static_assert(sizeof(JpegLsContext) == 16);

/// One of the two contexts of run interruption. Source: A.7.2.
struct JpegLsRunContext {
  std::int32_t a = 0, n = 1, negative = 0, type = 0;

  [[nodiscard]] int code() const {
    std::int64_t const sum = a + std::int64_t{n >> 1} * type;
    int k = 0;
    while ((std::int64_t{n} << k) < sum) ++k;
    return k;
  }
  [[nodiscard]] std::int32_t error(std::int32_t mapped, int k) const {
    std::int32_t const sum = mapped + type;
    bool const is_odd = (sum & 1) != 0;
    std::int32_t const size = (sum + (is_odd ? 1 : 0)) / 2;
    return (k != 0 || 2 * negative >= n) == is_odd ? -size : size;
  }
  void update(std::int32_t error_value, std::int32_t mapped, std::int32_t reset) {
    if (error_value < 0) ++negative;
    a += (mapped + 1 - type) >> 1;
    if (n == reset) {
      a >>= 1;
      n >>= 1;
      negative >>= 1;
    }
    ++n;
  }
};

/// All that a scan learns, and the tables that are made of its parameters.
struct JpegLsModel {
  explicit JpegLsModel(JpegLsParameters const& parameters);
  JpegLsModel(JpegLsModel const&) = delete;
  JpegLsModel& operator=(JpegLsModel const&) = delete;
  /// As it is before the first line of a scan or of a restart interval.
  void reset();

  std::array<JpegLsContext, 365> contexts;  ///< first, and at their place: no sum to find them
  std::array<JpegLsRunContext, 2> run_contexts;
  JpegLsParameters parameters;
  /// By a context's shift: what a number is below that is read without a look at any limit: less
  /// than 16 zeros before it, no escape, and not more than RANGE.
  std::array<std::uint32_t, 33> quick_bounds{};
  /// A.3.3, of differences from -most - 1 on: -4 to 4, in bytes of a context, so that a sum of
  /// these is the place of one.
  std::vector<std::int8_t> regions;
  std::int8_t const* region_of_zero = nullptr;
};

}  // namespace sightline::codec
