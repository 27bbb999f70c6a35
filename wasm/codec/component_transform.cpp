#include "codec/component_transform.hpp"

#include <algorithm>
#include <cstring>

#include "codec/vector4.hpp"

namespace sightline::codec {
namespace {

struct Range {
  std::int32_t shift = 0, low = 0, high = 0;
};

/// G.1.2: unsigned components are coded about zero.
Range range_of(ComponentTransform const& transform) {
  std::int64_t const half = std::int64_t{1} << (transform.bits - 1);
  if (transform.is_signed)
    return {0, static_cast<std::int32_t>(-half), static_cast<std::int32_t>(half - 1)};
  // Sums wrap: none of what 32 bits have is out of the range.
  if (transform.bits == 32) return {INT32_MIN, INT32_MIN, INT32_MAX};
  return {static_cast<std::int32_t>(half), 0, static_cast<std::int32_t>(2 * half - 1)};
}

/// Vectors of three components.
template <class V>
struct Triple {
  V first, second, third;
};

/// G.2.2; sums wrap.
Triple<U32x4> inverse_rct(U32x4 y, U32x4 u, U32x4 v) {
  U32x4 const green = y - bits4<U32x4>(bits4<I32x4>(u + v) >> 2);
  return {v + green, green, u + green};
}

/// G.3.2.
Triple<F32x4> inverse_ict(F32x4 y, F32x4 u, F32x4 v) {
  return {y + v * splat4(1.402f), y - u * splat4(0.34413f) - v * splat4(0.71414f),
          y + u * splat4(1.772f)};
}

/// NaN becomes `low`.
F32x4 clipped(F32x4 value, float low, float high) {
  F32x4 const above = select4(value > splat4(low), value, splat4(low));
  return select4(above < splat4(high), above, splat4(high));
}

/// Rounds to nearest, ties to even, what has at most 23 bits: the sum with 1.5 x 2^23 has no
/// fraction bits left.
constexpr unsigned kMostRoundedBits = 23;
I32x4 rounded(F32x4 value) {
  constexpr float kMagic = 12582912.0f;
  return bits4<I32x4>(value + splat4(kMagic)) - bits4<I32x4>(splat4(kMagic));
}

/// The same of up to 31 bits: from 2^22 on, in two parts, each of which is exact.
I32x4 rounded_deep(F32x4 value) {
  constexpr float kStep = 4096.0f;
  I32x4 const high = __builtin_convertvector(value * splat4(1 / kStep), I32x4);
  F32x4 const low = value - __builtin_convertvector(high, F32x4) * splat4(kStep);
  return high * splat4(std::int32_t{4096}) + rounded(low);
}

template <class Word>
void store_plain(std::int32_t const* row, std::size_t count, std::size_t step, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    auto const value = static_cast<Word>(row[i]);
    std::memcpy(out + i * step * sizeof(Word), &value, sizeof(Word));
  }
}

/// Little-endian lanes: the lower halves of two vectors are one.
void store_words(std::int32_t const* row, std::size_t count, std::byte* out) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    auto const a = load4<U16x8>(row + i), b = load4<U16x8>(row + i + 4);
    store4(out + 2 * i, __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14));
  }
  store_plain<std::uint16_t>(row + i, count - i, 1, out + 2 * i);
}

/// Three components of bytes: four pixels in a vector, of which twelve bytes count.
void store_triples(std::span<std::int32_t const* const> rows, std::size_t count, std::byte* out) {
  std::int32_t const *const first = rows[0], *const second = rows[1], *const third = rows[2];
  std::size_t i = 0;
  for (; i + 6 <= count; i += 4) {  // the vector's last four bytes are the next pixels'
    U32x4 const pixels = (load4<U32x4>(first + i) & 0xffu) |
                         ((load4<U32x4>(second + i) & 0xffu) << 8) |
                         ((load4<U32x4>(third + i) & 0xffu) << 16);
    auto const bytes = bits4<U8x16>(pixels);
    store4(out + 3 * i, __builtin_shufflevector(bytes, bytes, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13,
                                                14, 15, 15, 15, 15));
  }
  for (std::size_t c = 0; c < 3; ++c)
    store_plain<std::uint8_t>(rows[c] + i, count - i, 3, out + 3 * i + c);
}

}  // namespace

void to_values(ComponentTransform const& transform, std::span<std::int32_t const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count) {
  Range const range = range_of(transform);
  auto const shift = splat4(static_cast<std::uint32_t>(range.shift));
  I32x4 const low = splat4(range.low), high = splat4(range.high);
  auto const store = [&](std::int32_t* to, U32x4 sample) {
    store4(to, clamp4(bits4<I32x4>(sample + shift), low, high));
  };
  if (transform.uses_mct) {
    std::int32_t const *const y = rows[0], *const u = rows[1], *const v = rows[2];
    std::int32_t *const red = values[0], *const green = values[1], *const blue = values[2];
    for (std::size_t i = 0; i < count; i += 4) {
      auto const rgb = inverse_rct(load4<U32x4>(y + i), load4<U32x4>(u + i), load4<U32x4>(v + i));
      store(red + i, rgb.first);
      store(green + i, rgb.second);
      store(blue + i, rgb.third);
    }
    return;
  }
  for (std::size_t c = 0; c < rows.size(); ++c) {
    std::int32_t const* const from = rows[c];
    std::int32_t* const to = values[c];
    for (std::size_t i = 0; i < count; i += 4) store(to + i, load4<U32x4>(from + i));
  }
}

namespace {

/// `IsDeep`: more than kMostRoundedBits.
template <bool IsDeep>
void reals_to_values(ComponentTransform const& transform, std::span<float const* const> rows,
                     std::span<std::int32_t* const> values, std::size_t count) {
  auto const shift = splat4(static_cast<std::uint32_t>(range_of(transform).shift));
  // About zero, as it is coded. It ends at whole numbers: clipping before rounding is clipping
  // after it; if singles have them.
  std::int64_t const half = std::int64_t{1} << (transform.bits - 1);
  auto const low = static_cast<std::int32_t>(-half), high = static_cast<std::int32_t>(half - 1);
  auto const least = static_cast<float>(low), most = static_cast<float>(high);
  auto const store = [&](std::int32_t* to, F32x4 sample) {
    if constexpr (IsDeep) {
      // 2^31 is no integer of 32 bits: the largest single below it is.
      constexpr float kLargest = 2147483520.0f, kTooLarge = 2147483648.0f;
      I32x4 const inside = rounded_deep(clipped(sample, least, std::min(most, kLargest)));
      I32x4 const value = clamp4(inside, splat4(low), splat4(high));
      I32x4 const right = select4(sample >= splat4(kTooLarge), splat4(high), value);
      store4(to, bits4<U32x4>(right) + shift);
    } else {
      store4(to, bits4<U32x4>(rounded(clipped(sample, least, most))) + shift);
    }
  };
  if (transform.uses_mct) {
    float const *const y = rows[0], *const u = rows[1], *const v = rows[2];
    std::int32_t *const red = values[0], *const green = values[1], *const blue = values[2];
    for (std::size_t i = 0; i < count; i += 4) {
      auto const rgb = inverse_ict(load4<F32x4>(y + i), load4<F32x4>(u + i), load4<F32x4>(v + i));
      store(red + i, rgb.first);
      store(green + i, rgb.second);
      store(blue + i, rgb.third);
    }
    return;
  }
  for (std::size_t c = 0; c < rows.size(); ++c) {
    float const* const from = rows[c];
    std::int32_t* const to = values[c];
    for (std::size_t i = 0; i < count; i += 4) store(to + i, load4<F32x4>(from + i));
  }
}

}  // namespace

void to_values(ComponentTransform const& transform, std::span<float const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count) {
  if (transform.bits > kMostRoundedBits)
    return reals_to_values<true>(transform, rows, values, count);
  reals_to_values<false>(transform, rows, values, count);
}

void store_samples(std::span<std::int32_t const* const> rows, std::size_t count,
                   unsigned sample_bytes, std::byte* out) {
  std::size_t const step = rows.size();
  if (kHasByteLookup && sample_bytes == 1 && step == 3) return store_triples(rows, count, out);
  for (std::size_t c = 0; c < step; ++c) {
    std::byte* const first = out + c * sample_bytes;
    switch (sample_bytes) {
      case 1: store_plain<std::uint8_t>(rows[c], count, step, first); break;
      case 2:
        if (step == 1) {
          store_words(rows[c], count, first);
        } else {
          store_plain<std::uint16_t>(rows[c], count, step, first);
        }
        break;
      default: store_plain<std::uint32_t>(rows[c], count, step, first); break;
    }
  }
}

}  // namespace sightline::codec
