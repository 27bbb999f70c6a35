#pragma once
// Eight 16-bit lanes, beside the four 32-bit ones of vector4.hpp: compilers' vector types, and the
// three operations that they do not have, with the same results where there is no SIMD. Used by the
// JPEG decoder (Source: ISO/IEC 10918-1 A.3.3).
#include "codec/vector4.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sightline::codec {

#if defined(__wasm_simd128__) || defined(__SSE2__)
inline constexpr bool kHasVector8 = true;
#else
inline constexpr bool kHasVector8 = false;
#endif

using I16x8 [[gnu::vector_size(16)]] = std::int16_t;

inline I16x8 splat8(int value) {
  auto const lane = static_cast<std::int16_t>(value);
  return I16x8{lane, lane, lane, lane, lane, lane, lane, lane};
}
/// Lanes 0 and 1 multiplied with those of the other and added, then 2 and 3, and so on.
inline I32x4 multiply_pairs(I16x8 a, I16x8 b) {
#if defined(__wasm_simd128__)
  return bits4<I32x4>(wasm_i32x4_dot_i16x8(bits4<v128_t>(a), bits4<v128_t>(b)));
#elif defined(__SSE2__)
  return bits4<I32x4>(_mm_madd_epi16(bits4<__m128i>(a), bits4<__m128i>(b)));
#else
  I32x4 sum{};
  for (int i = 0; i < 4; ++i) sum[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return sum;
#endif
}
/// Both, in 16 bits each, saturated.
inline I16x8 narrow8(I32x4 low, I32x4 high) {
#if defined(__wasm_simd128__)
  return bits4<I16x8>(wasm_i16x8_narrow_i32x4(bits4<v128_t>(low), bits4<v128_t>(high)));
#elif defined(__SSE2__)
  return bits4<I16x8>(_mm_packs_epi32(bits4<__m128i>(low), bits4<__m128i>(high)));
#else
  I16x8 result{};
  for (int i = 0; i < 8; ++i) {
    std::int32_t const value = i < 4 ? low[i] : high[i - 4];
    result[i] = static_cast<std::int16_t>(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
  }
  return result;
#endif
}
/// Stores eight bytes: 0 to 255, saturated.
inline void store_bytes8(std::uint8_t* to, I16x8 value) {
#if defined(__wasm_simd128__)
  v128_t const lanes = bits4<v128_t>(value);
  wasm_v128_store64_lane(to, wasm_u8x16_narrow_i16x8(lanes, lanes), 0);
#elif defined(__SSE2__)
  __m128i const lanes = bits4<__m128i>(value);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(lanes, lanes));
#else
  for (int i = 0; i < 8; ++i)
    to[i] = static_cast<std::uint8_t>(value[i] < 0 ? 0 : value[i] > 255 ? 255 : value[i]);
#endif
}
/// The lower (upper) four lanes of both, in turn.
inline I16x8 zip_low(I16x8 a, I16x8 b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}
inline I16x8 zip_high(I16x8 a, I16x8 b) {
  return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

}  // namespace sightline::codec
