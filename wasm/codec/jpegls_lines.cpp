#include "codec/jpegls_lines.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace sightline::codec {
namespace {

/// A.2.1: the lengths of runs, as powers of two.
constexpr std::array<std::uint8_t, 32> kRunBits = {0, 0, 0, 0, 1,  1,  1,  1,  2,  2, 2,
                                                   2, 3, 3, 3, 3,  4,  4,  5,  5,  6, 6,
                                                   7, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::int32_t kBroken = -1;

/// Everything below is part of one loop: in functions of their own, the reader's place and the
/// parameters would live in memory.
#define SIGHTLINE_INLINE [[gnu::always_inline]] inline

/// The place in the bits, in registers.
struct Cursor {
  BitWindow stream;
  std::size_t position;

  [[nodiscard]] SIGHTLINE_INLINE std::uint64_t window() const { return stream.at(position); }
  /// 0 to 32 bits.
  SIGHTLINE_INLINE std::int32_t take(int count) {
    std::uint64_t const bits = window() >> 1 >> (63 - count);
    position += static_cast<std::size_t>(count);
    return static_cast<std::int32_t>(bits);
  }
};

/// A.5.3 in full: any number of zeros, and the escape. kBroken: more zeros than an encoder writes.
SIGHTLINE_INLINE std::int32_t read_golomb(Cursor& cursor, int k, std::int32_t limit,
                                          std::int32_t range_bits) {
  int zeros = std::countl_zero(cursor.window() | 0x7fffffffu);
  if (zeros >= 32) {
    cursor.position += 32;
    int const more = std::countl_zero(cursor.window() | 0x7fffffffu);
    zeros = 32 + more;
    cursor.position += static_cast<std::size_t>(more) + 1;
  } else {
    cursor.position += static_cast<std::size_t>(zeros) + 1;
  }
  std::int32_t const most = limit - range_bits - 1;
  if (zeros > most) return kBroken;
  if (zeros == most) return cursor.take(range_bits) + 1;
  return (zeros << k) + cursor.take(k);
}

/// What the loops need of the parameters, where the compiler knows that no store changes it.
template <bool IsUsual>
struct Scan {
  Scan(JpegLsModel& from, JpegLsBits const& bits)
      : model(from),
        contexts(from.contexts.data()),
        regions(from.region_of_zero()),
        most(from.parameters.most),
        near(IsUsual ? 0 : from.parameters.near),
        reset(IsUsual ? JpegLsParameters::kUsualReset : from.parameters.reset),
        range(from.parameters.range),
        range_bits(from.parameters.range_bits),
        limit(from.parameters.limit),
        fast_zeros(std::min(limit - range_bits - 1, 16)),
        cursor{bits.window(), bits.position()} {}

  JpegLsModel& model;
  JpegLsContext* const contexts;
  std::int8_t const* const regions;
  std::int32_t const most, near, reset, range, range_bits, limit, fast_zeros;
  Cursor cursor;

  [[nodiscard]] SIGHTLINE_INLINE std::int32_t clamp(std::int32_t value) const {
    std::int32_t const above = value < 0 ? 0 : value;
    return above > most ? most : above;
  }
  /// A.4.5, A.5.
  [[nodiscard]] SIGHTLINE_INLINE std::int32_t reconstruct(std::int32_t predicted,
                                                          std::int32_t error) const {
    if constexpr (IsUsual) return (predicted + error) & most;
    std::int32_t const step = 2 * near + 1;
    std::int32_t value = predicted + error * step;
    if (value < -near) {
      value += range * step;
    } else if (value > most + near) {
      value -= range * step;
    }
    return clamp(value);
  }
  /// A sample of regular mode, in context `q` (not 0); kBroken where it is none.
  SIGHTLINE_INLINE std::int32_t regular(std::int32_t q, std::int32_t predicted) {
    std::int32_t const sign = q >> 31;
    JpegLsContext& context = contexts[(q ^ sign) - sign];
    int const k = context.k;
    std::int32_t const corrected = clamp(predicted + ((context.c ^ sign) - sign));
    std::uint64_t const window = cursor.window();
    int const zeros = std::countl_zero(window);
    std::int32_t mapped;
    if (zeros < fast_zeros) [[likely]] {
      // The one that ends the zeros, and k bits: 2^k more than these.
      mapped = ((zeros - 1) << k) + static_cast<std::int32_t>(window >> (63 - zeros - k));
      cursor.position += static_cast<std::size_t>(zeros + 1 + k);
    } else {
      mapped = read_golomb(cursor, k, limit, range_bits);
    }
    if (static_cast<std::uint32_t>(mapped) > static_cast<std::uint32_t>(range)) [[unlikely]] {
      return kBroken;
    }
    std::int32_t const error = (mapped >> 1) ^ -(mapped & 1) ^ context.flip;
    std::int32_t const value = reconstruct(corrected, (error ^ sign) - sign);
    context.update(error, 2 * near + 1, reset, IsUsual || near == 0);
    return value;
  }
  /// A.4.2: the median of a, b, a + b - c.
  SIGHTLINE_INLINE static std::int32_t predict(std::int32_t a, std::int32_t b, std::int32_t c) {
    std::int32_t const least = a < b ? a : b, greatest = a < b ? b : a;
    std::int32_t const plane = a + (b - c);
    std::int32_t const above = plane < least ? least : plane;
    return above > greatest ? greatest : above;
  }
  /// A.7.1: pixels that the one before repeats, of at most `room`; more than that is broken.
  SIGHTLINE_INLINE std::size_t run_length(std::size_t room, int& run_index) {
    std::size_t length = 0;
    while (cursor.take(1) != 0) {
      std::size_t const whole = std::size_t{1} << kRunBits[static_cast<std::size_t>(run_index)];
      std::size_t const count = std::min(whole, room - length);
      length += count;
      if (count == whole) run_index = std::min(31, run_index + 1);
      if (length == room) return length;
    }
    int const rest = kRunBits[static_cast<std::size_t>(run_index)];
    return length + static_cast<std::size_t>(cursor.take(rest));
  }
  /// A.7.2: the sample that ends a run.
  SIGHTLINE_INLINE std::int32_t interruption(std::int32_t a, std::int32_t b, bool has_types,
                                             int run_index) {
    bool const is_flat = has_types && std::abs(a - b) <= near;
    JpegLsRunContext& context = model.run_contexts[is_flat ? 1 : 0];
    int const k = context.code();
    std::int32_t const most_bits = limit - kRunBits[static_cast<std::size_t>(run_index)] - 1;
    std::int32_t const mapped = read_golomb(cursor, k, most_bits, range_bits);
    if (mapped < 0 || mapped > range) return kBroken;
    std::int32_t const error = context.error(mapped, k);
    context.update(error, mapped, reset);
    if (is_flat) return reconstruct(a, error);
    return reconstruct(b, b < a ? -error : error);
  }
};

template <bool IsUsual>
bool decode_line(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line, int& run_index) {
  Scan<IsUsual> scan(model, bits);
  std::uint16_t* const current = line.current;
  std::uint16_t const* const previous = line.previous;
  std::size_t const columns = line.columns;
  std::int32_t a = current[-1], b = previous[-1], d = previous[0];
  std::int32_t region_before = scan.regions[d - b];
  for (std::size_t x = 0; x < columns;) {
    std::int32_t const c = b;
    b = d;
    d = previous[x + 1];
    std::int32_t const region = scan.regions[d - b];
    std::int32_t const q = (region * 9 + region_before) * 9 + scan.regions[c - a];
    region_before = region;
    if (q != 0) {
      a = scan.regular(q, Scan<IsUsual>::predict(a, b, c));
      if (a < 0) return false;
      current[x++] = static_cast<std::uint16_t>(a);
      continue;
    }
    std::size_t const length = scan.run_length(columns - x, run_index);
    if (length > columns - x) return false;
    std::fill_n(current + x, length, static_cast<std::uint16_t>(a));
    x += length;
    if (x == columns) break;
    a = scan.interruption(a, previous[x], true, run_index);
    if (a < 0) return false;
    current[x++] = static_cast<std::uint16_t>(a);
    run_index = std::max(0, run_index - 1);
    b = previous[x - 1];
    d = previous[x];
    region_before = scan.regions[d - b];
  }
  bits.set_position(scan.cursor.position);
  return true;
}

template <bool IsUsual>
bool decode_pixels(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line, int& run_index) {
  constexpr std::size_t kSamples = 3;
  Scan<IsUsual> scan(model, bits);
  std::size_t const columns = line.columns;
  for (std::size_t x = 0; x < columns;) {
    std::uint16_t* const now = line.current + kSamples * x;
    std::uint16_t const* const before = now - kSamples;
    std::uint16_t const* const above = line.previous + kSamples * x;
    std::uint16_t const* const above_before = above - kSamples;
    std::array<std::int32_t, kSamples> q{};
    for (std::size_t s = 0; s < kSamples; ++s) {
      std::int32_t const a = before[s], b = above[s], c = above_before[s];
      std::int32_t const d = above[s + kSamples];
      q[s] = (scan.regions[d - b] * 9 + scan.regions[b - c]) * 9 + scan.regions[c - a];
    }
    if ((q[0] | q[1] | q[2]) != 0) {
      for (std::size_t s = 0; s < kSamples; ++s) {
        std::int32_t const predicted = Scan<IsUsual>::predict(before[s], above[s], above_before[s]);
        std::int32_t const value = scan.regular(q[s], predicted);
        if (value < 0) return false;
        now[s] = static_cast<std::uint16_t>(value);
      }
      ++x;
      continue;
    }
    std::size_t const length = scan.run_length(columns - x, run_index);
    if (length > columns - x) return false;
    for (std::size_t i = 0; i < kSamples * length; ++i) now[i] = before[i];
    x += length;
    if (x == columns) break;
    for (std::size_t s = 0; s < kSamples; ++s) {
      std::uint16_t* const sample = line.current + kSamples * x + s;
      std::int32_t const value = scan.interruption(
          *(sample - kSamples), line.previous[kSamples * x + s], false, run_index);
      if (value < 0) return false;
      *sample = static_cast<std::uint16_t>(value);
    }
    ++x;
    run_index = std::max(0, run_index - 1);
  }
  bits.set_position(scan.cursor.position);
  return true;
}

}  // namespace

bool decode_jpegls_line(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line,
                        int& run_index) {
  return model.parameters.is_usual() ? decode_line<true>(model, bits, line, run_index)
                                     : decode_line<false>(model, bits, line, run_index);
}

bool decode_jpegls_pixels(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line,
                          int& run_index) {
  return model.parameters.is_usual() ? decode_pixels<true>(model, bits, line, run_index)
                                     : decode_pixels<false>(model, bits, line, run_index);
}

}  // namespace sightline::codec
