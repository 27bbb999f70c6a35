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
  std::int32_t a = 0, b = 0;
  std::int16_t c = 0;
  std::uint16_t n = 1;
  std::int16_t k = 0;     ///< Golomb parameter
  std::int16_t flip = 0;  ///< -1: with k = 0, an error means its complement

  /// Source: A.5.1: the least k with N * 2^k >= A; at most 16, for errors are bounded by RANGE.
  void choose_code(bool is_lossless) {
    int const more = std::countl_zero(static_cast<std::uint32_t>(n)) -
                     std::countl_zero(static_cast<std::uint32_t>(a));
    int const least = more > 0 ? more : 0;
    int const chosen = least + ((std::int32_t{n} << least) < a ? 1 : 0);
    k = static_cast<std::int16_t>(chosen);
    flip = static_cast<std::int16_t>(is_lossless && chosen == 0 ? (2 * b + n - 1) >> 31 : 0);
  }
  /// Source: A.6. Without branches that data decides. At most RESET errors of at most 2^15 are
  /// summed: 31 bits hold them.
  void update(std::int32_t error, std::int32_t step, std::int32_t reset, bool is_lossless) {
    std::int32_t sum = a + std::abs(error);
    std::int32_t bias = b + error * step;
    std::int32_t count = n;
    if (count == reset) {
      sum >>= 1;
      bias >>= 1;
      count >>= 1;
    }
    ++count;
    std::int32_t const low = -static_cast<std::int32_t>(bias + count <= 0);
    std::int32_t const high = -static_cast<std::int32_t>(bias > 0);
    bias += (count & low) - (count & high);
    bias = bias < 1 - count ? 1 - count : bias;
    bias = bias > 0 ? 0 : bias;
    std::int32_t correction = c + low - high;
    correction = correction < -128 ? -128 : correction;
    correction = correction > 127 ? 127 : correction;
    a = sum;
    b = bias;
    c = static_cast<std::int16_t>(correction);
    n = static_cast<std::uint16_t>(count);
    choose_code(is_lossless);
  }
};

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

/// All that a scan learns, and the table of its gradients' regions.
struct JpegLsModel {
  explicit JpegLsModel(JpegLsParameters const& parameters);
  /// As it is before the first line of a scan or of a restart interval.
  void reset();

  JpegLsParameters parameters;
  std::array<JpegLsContext, 365> contexts;
  std::array<JpegLsRunContext, 2> run_contexts;
  std::vector<std::int8_t> regions;  ///< of differences from -most - 1 on
  [[nodiscard]] std::int8_t const* region_of_zero() const {
    return regions.data() + parameters.most + 1;
  }
};

}  // namespace sightline::codec
