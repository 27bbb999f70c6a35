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

/// A.5.3 in full: any number of zeros, and the escape. kBroken: more zeros than an encoder writes.
std::int32_t read_golomb(JpegLsCursor& cursor, int k, std::int32_t limit, std::int32_t range_bits) {
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

/// What is between the samples that are decoded quickly: runs, and samples with long codes or none.
struct Scan {
  Scan(JpegLsModel& from, JpegLsBits const& bits)
      : model(from), cursor{bits.window(), bits.position()} {}

  JpegLsModel& model;
  JpegLsParameters const& parameters = model.parameters;
  JpegLsCursor cursor;

  /// A.3.3, by the samples around: times the bytes of a context.
  [[nodiscard]] std::int32_t region(std::int32_t a, std::int32_t b, std::int32_t c,
                                    std::int32_t d) const {
    std::int8_t const* const regions = model.region_of_zero;
    return (regions[d - b] * 9 + regions[b - c]) * 9 + regions[c - a];
  }
  [[nodiscard]] std::int32_t clamp(std::int32_t value) const {
    return std::clamp(value, 0, parameters.most);
  }
  /// A.4.5, A.5.
  [[nodiscard]] std::int32_t reconstruct(std::int32_t predicted, std::int32_t error) const {
    std::int32_t const step = 2 * parameters.near + 1;
    std::int32_t value = predicted + error * step;
    if (value < -parameters.near) {
      value += parameters.range * step;
    } else if (value > parameters.most + parameters.near) {
      value -= parameters.range * step;
    }
    return clamp(value);
  }
  /// A sample of regular mode; kBroken where it is none.
  std::int32_t regular(std::int32_t in_region, std::int32_t predicted) {
    std::int32_t const sign = in_region >> 31;
    std::int32_t const place = (in_region ^ sign) - sign;
    JpegLsContext& context =
        model.contexts[static_cast<std::size_t>(place) / sizeof(JpegLsContext)];
    std::int32_t const corrected = clamp(predicted + ((context.c ^ sign) - sign));
    std::int32_t const read =
        read_golomb(cursor, 32 - context.shift, parameters.limit, parameters.range_bits);
    if (read < 0 || read > parameters.range) return kBroken;
    std::int32_t const mapped = read ^ context.flip;
    std::int32_t const error = (mapped >> 1) ^ -(mapped & 1);
    context.update<false>(error, (mapped + 1) >> 1, 2 * parameters.near + 1, parameters.reset,
                          parameters.near == 0);
    return reconstruct(corrected, (error ^ sign) - sign);
  }
  /// A.7.1: pixels that the one before repeats, of at most `room`; more than that is broken.
  std::size_t run_length(std::size_t room, int& run_index) {
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
  std::int32_t interruption(std::int32_t a, std::int32_t b, bool has_types, int run_index) {
    bool const is_flat = has_types && std::abs(a - b) <= parameters.near;
    JpegLsRunContext& context = model.run_contexts[is_flat ? 1 : 0];
    int const k = context.code();
    std::int32_t const most_bits =
        parameters.limit - kRunBits[static_cast<std::size_t>(run_index)] - 1;
    std::int32_t const mapped = read_golomb(cursor, k, most_bits, parameters.range_bits);
    if (mapped < 0 || mapped > parameters.range) return kBroken;
    std::int32_t const error = context.error(mapped, k);
    context.update(error, mapped, parameters.reset);
    if (is_flat) return reconstruct(a, error);
    return reconstruct(b, b < a ? -error : error);
  }
};

/// A run from pixel `x` on, and the pixel that ends it. Returns the pixel behind; 0: broken.
std::size_t decode_run(Scan& scan, JpegLsLine const& line, std::size_t x, int& run_index) {
  std::uint16_t* const current = line.current;
  std::size_t const length = scan.run_length(line.columns - x, run_index);
  if (length > line.columns - x) return 0;
  std::fill_n(current + x, length, *(current + x - 1));
  x += length;
  if (x == line.columns) return x;
  std::int32_t const value =
      scan.interruption(*(current + x - 1), line.previous[x], true, run_index);
  if (value < 0) return 0;
  current[x] = static_cast<std::uint16_t>(value);
  run_index = std::max(0, run_index - 1);
  return x + 1;
}

std::size_t decode_run_of_triples(Scan& scan, JpegLsLine const& line, std::size_t x,
                                  int& run_index) {
  constexpr std::size_t kSamples = JpegLsLine::kSamples;
  std::size_t const length = scan.run_length(line.columns - x, run_index);
  if (length > line.columns - x) return 0;
  std::uint16_t* const begin = line.current + kSamples * x;
  for (std::size_t i = 0; i < kSamples * length; ++i) begin[i] = *(begin + i - kSamples);
  x += length;
  if (x == line.columns) return x;
  for (std::size_t s = 0; s < kSamples; ++s) {
    std::uint16_t* const sample = line.current + kSamples * x + s;
    std::int32_t const value =
        scan.interruption(*(sample - kSamples), line.previous[kSamples * x + s], false, run_index);
    if (value < 0) return 0;
    *sample = static_cast<std::uint16_t>(value);
  }
  run_index = std::max(0, run_index - 1);
  return x + 1;
}

}  // namespace

bool decode_jpegls_line(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line,
                        int& run_index) {
  Scan scan(model, bits);
  for (std::size_t x = 0; x != line.columns;) {
    std::uint16_t* const at = line.current + x;
    std::uint16_t const* const above = line.previous + x;
    std::int32_t const a = *(at - 1), b = *above, c = *(above - 1);
    std::int32_t const region = scan.region(a, b, c, above[1]);
    if (region == 0) {
      x = decode_run(scan, line, x, run_index);
      if (x == 0) return false;
      continue;
    }
    std::size_t const next = decode_jpegls_samples(model, scan.cursor, line, x);
    if (next == x) {
      std::int32_t const value = scan.regular(region, jpegls_prediction(a, b, c));
      if (value < 0) return false;
      *at = static_cast<std::uint16_t>(value);
    }
    x = std::max(next, x + 1);
  }
  bits.set_position(scan.cursor.position);
  return true;
}

bool decode_jpegls_pixels(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line,
                          int& run_index) {
  constexpr std::size_t kSamples = JpegLsLine::kSamples;
  Scan scan(model, bits);
  for (std::size_t x = 0;;) {
    std::size_t const at = decode_jpegls_triples(model, scan.cursor, line, kSamples * x);
    x = at / kSamples;
    if (x == line.columns) break;
    std::array<std::int32_t, kSamples> region{}, predicted{};
    for (std::size_t s = 0; s < kSamples; ++s) {
      std::uint16_t const* const before = line.current + kSamples * x + s - kSamples;
      std::uint16_t const* const above = line.previous + kSamples * x + s;
      std::int32_t const a = *before, b = *above, c = *(above - kSamples);
      region[s] = scan.region(a, b, c, above[kSamples]);
      predicted[s] = jpegls_prediction(a, b, c);
    }
    if ((region[0] | region[1] | region[2]) == 0) {
      x = decode_run_of_triples(scan, line, x, run_index);
      if (x == 0) return false;
    } else {
      for (std::size_t s = at % kSamples; s < kSamples; ++s) {
        std::int32_t const value = scan.regular(region[s], predicted[s]);
        if (value < 0) return false;
        line.current[kSamples * x + s] = static_cast<std::uint16_t>(value);
      }
      ++x;
    }
  }
  bits.set_position(scan.cursor.position);
  return true;
}

}  // namespace sightline::codec
