#pragma once
// Four 32-bit lanes, as the compilers' vector types: SSE and WASM SIMD where they are on, scalars
// where not, with the same results. The one operation that no vector type has, a table look-up by
// bytes, is written for each. Used by the HTJ2K decoder (Source: ISO/IEC 15444-1 F, 15444-15 7).
#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace sightline::codec {

using I32x4 [[gnu::vector_size(16)]] = std::int32_t;
using U32x4 [[gnu::vector_size(16)]] = std::uint32_t;
using F32x4 [[gnu::vector_size(16)]] = float;
using U64x2 [[gnu::vector_size(16)]] = std::uint64_t;
using I16x8 [[gnu::vector_size(16)]] = std::int16_t;
using U16x8 [[gnu::vector_size(16)]] = std::uint16_t;
using U8x16 [[gnu::vector_size(16)]] = std::uint8_t;

#if defined(__wasm_simd128__) || defined(__SSSE3__)
inline constexpr bool kHasByteLookup = true;
#else
inline constexpr bool kHasByteLookup = false;
#endif

template <class V, class T>
inline V load4(T const* from) {
  V value;
  static_assert(sizeof(value) == 16);
  std::memcpy(&value, from, sizeof(value));
  return value;
}
template <class V, class T>
inline void store4(T* to, V value) {
  std::memcpy(to, &value, sizeof(value));
}
inline I32x4 splat4(std::int32_t value) { return I32x4{value, value, value, value}; }
inline U32x4 splat4(std::uint32_t value) { return U32x4{value, value, value, value}; }
inline U16x8 splat8(std::uint16_t value) {
  return U16x8{value, value, value, value, value, value, value, value};
}
inline F32x4 splat4(float value) { return F32x4{value, value, value, value}; }
/// The bits of one vector as another.
template <class To, class From>
inline To bits4(From value) {
  static_assert(sizeof(To) == sizeof(From));
  return (To)value;  // NOLINT: what a cast of vector types means
}
/// a where the mask's bits are set, else b.
inline I32x4 select4(I32x4 mask, I32x4 a, I32x4 b) { return mask ? a : b; }
inline F32x4 select4(I32x4 mask, F32x4 a, F32x4 b) { return mask ? a : b; }
inline I32x4 clamp4(I32x4 value, I32x4 low, I32x4 high) {
  I32x4 const above = select4(value > low, value, low);
  return select4(above < high, above, high);
}

/// Neighbours: the last lane of the vector before, and the first three; the last three, and the
/// first of the one after.
template <class V>
inline V one_back4(V before, V now) {
  return __builtin_shufflevector(before, now, 3, 4, 5, 6);
}
template <class V>
inline V one_on4(V now, V after) {
  return __builtin_shufflevector(now, after, 1, 2, 3, 4);
}

/// A constant that the compiler takes for a variable: V8 makes a vector constant anew, in four
/// instructions, wherever it is used behind a branch; a variable it keeps.
template <class V>
inline V kept4(V value) {
  V volatile kept = value;
  return kept;
}

/// Bytes of `table` by index; 0 where the index is 16 or more. Only where kHasByteLookup.
inline U8x16 lookup16(U8x16 table, U8x16 index) {
#if defined(__wasm_simd128__)
  return bits4<U8x16>(wasm_i8x16_swizzle(bits4<v128_t>(table), bits4<v128_t>(index)));
#elif defined(__SSSE3__)
  // PSHUFB looks at bit 7 and bits 0 to 3: indices from 16 on get bit 7.
  __m128i const far = _mm_adds_epu8(bits4<__m128i>(index), _mm_set1_epi8(0x70));
  return bits4<U8x16>(_mm_shuffle_epi8(bits4<__m128i>(table), far));
#else
  U8x16 result;
  for (int i = 0; i < 16; ++i) result[i] = index[i] < 16 ? table[index[i] & 15] : 0;
  return result;
#endif
}

}  // namespace sightline::codec
