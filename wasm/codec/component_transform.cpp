#include "codec/component_transform.hpp"

#include <cstring>

#include "codec/vector4.hpp"

namespace sightline::codec {
namespace {

struct Range {
  std::int32_t shift = 0, low = 0, high = 0;
};

/// G.1.2: unsigned components are coded about zero.
Range range_of(ComponentTransform const& transform) {
  std::int32_t const half = std::int32_t{1} << (transform.bits - 1);
  if (transform.is_signed) return {0, -half, half - 1};
  return {half, 0, half - 1 + half};
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

/// Rounds to nearest, ties to even: the sum with 1.5 x 2^23 has no fraction bits left. The input is
/// clipped to 18 bits before, where this is exact; NaN becomes `low`.
I32x4 rounded(F32x4 value, float low, float high) {
  constexpr float kMagic = 12582912.0f;
  F32x4 const above = select4(value > splat4(low), value, splat4(low));
  F32x4 const inside = select4(above < splat4(high), above, splat4(high));
  return bits4<I32x4>(inside + splat4(kMagic)) - bits4<I32x4>(splat4(kMagic));
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

void to_values(ComponentTransform const& transform, std::span<float const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count) {
  Range const range = range_of(transform);
  // The range ends at whole numbers: clipping before rounding is clipping after it.
  auto const least = static_cast<float>(range.low - range.shift);
  auto const most = static_cast<float>(range.high - range.shift);
  auto const store = [&](std::int32_t* to, F32x4 sample) {
    store4(to, rounded(sample, least, most) + splat4(range.shift));
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
