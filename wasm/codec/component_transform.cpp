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

}  // namespace

void to_values(ComponentTransform const& transform, std::span<std::int32_t const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count) {
  Range const range = range_of(transform);
  auto const shift = splat4(static_cast<std::uint32_t>(range.shift));
  I32x4 const low = splat4(range.low), high = splat4(range.high);
  auto const store = [&](std::size_t c, std::size_t i, U32x4 sample) {
    store4(values[c] + i, clamp4(bits4<I32x4>(sample + shift), low, high));
  };
  if (transform.uses_mct) {
    for (std::size_t i = 0; i < count; i += 4) {
      auto const rgb = inverse_rct(load4<U32x4>(rows[0] + i), load4<U32x4>(rows[1] + i),
                                   load4<U32x4>(rows[2] + i));
      store(0, i, rgb.first);
      store(1, i, rgb.second);
      store(2, i, rgb.third);
    }
    return;
  }
  for (std::size_t c = 0; c < rows.size(); ++c) {
    for (std::size_t i = 0; i < count; i += 4) store(c, i, load4<U32x4>(rows[c] + i));
  }
}

void to_values(ComponentTransform const& transform, std::span<float const* const> rows,
               std::span<std::int32_t* const> values, std::size_t count) {
  Range const range = range_of(transform);
  // The range ends at whole numbers: clipping before rounding is clipping after it.
  auto const least = static_cast<float>(range.low - range.shift);
  auto const most = static_cast<float>(range.high - range.shift);
  auto const store = [&](std::size_t c, std::size_t i, F32x4 sample) {
    store4(values[c] + i, rounded(sample, least, most) + splat4(range.shift));
  };
  if (transform.uses_mct) {
    for (std::size_t i = 0; i < count; i += 4) {
      auto const rgb = inverse_ict(load4<F32x4>(rows[0] + i), load4<F32x4>(rows[1] + i),
                                   load4<F32x4>(rows[2] + i));
      store(0, i, rgb.first);
      store(1, i, rgb.second);
      store(2, i, rgb.third);
    }
    return;
  }
  for (std::size_t c = 0; c < rows.size(); ++c) {
    for (std::size_t i = 0; i < count; i += 4) store(c, i, load4<F32x4>(rows[c] + i));
  }
}

void store_samples(std::span<std::int32_t const* const> rows, std::size_t count,
                   unsigned sample_bytes, std::byte* out) {
  std::size_t const step = rows.size();
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
