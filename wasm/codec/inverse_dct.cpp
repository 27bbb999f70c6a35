#include "codec/inverse_dct.hpp"

#include "codec/vector8.hpp"

namespace sightline::codec {
namespace {

/// Factors for multiply_pairs.
I16x8 pair(int a, int b) {
  auto const x = static_cast<std::int16_t>(a), y = static_cast<std::int16_t>(b);
  return I16x8{x, y, x, y, x, y, x, y};
}

/// Halves of eight sums of 32 bits.
struct Wide {
  I32x4 low, high;
  Wide operator+(Wide other) const { return {low + other.low, high + other.high}; }
  Wide operator-(Wide other) const { return {low - other.low, high - other.high}; }
};

/// a * x + b * y, of each lane.
Wide weigh(I16x8 a, I16x8 b, int x, int y) {
  I16x8 const factors = pair(x, y);
  return {multiply_pairs(zip_low(a, b), factors), multiply_pairs(zip_high(a, b), factors)};
}

template <int Shift>
I16x8 descale(Wide value) {
  I32x4 const half = splat4(std::int32_t{1} << (Shift - 1));
  return narrow8((value.low + half) >> Shift, (value.high + half) >> Shift);
}

/// One dimension of eight columns: Loeffler, Ligtenberg and Moschytz' algorithm with its products
/// collected, which changes no integer.
template <int Shift>
void transform(I16x8 (&v)[8]) {
  Wide const even = weigh(v[0], v[4], 8192, 8192), odd = weigh(v[0], v[4], 8192, -8192);
  Wide const low = weigh(v[2], v[6], 4433 + 6270, 4433),
             high = weigh(v[2], v[6], 4433, 4433 - 15137);
  Wide const e0 = even + low, e3 = even - low, e1 = odd + high, e2 = odd - high;

  I16x8 const z3 = v[7] + v[3], z4 = v[5] + v[1];
  Wide const w3 = weigh(z3, z4, 9633 - 16069, 9633), w4 = weigh(z3, z4, 9633, 9633 - 3196);
  Wide const o0 = weigh(v[7], v[1], 2446 - 7373, -7373) + w3;
  Wide const o3 = weigh(v[7], v[1], -7373, 12299 - 7373) + w4;
  Wide const o1 = weigh(v[5], v[3], 16819 - 20995, -20995) + w4;
  Wide const o2 = weigh(v[5], v[3], -20995, 25172 - 20995) + w3;

  v[0] = descale<Shift>(e0 + o3);
  v[7] = descale<Shift>(e0 - o3);
  v[1] = descale<Shift>(e1 + o2);
  v[6] = descale<Shift>(e1 - o2);
  v[2] = descale<Shift>(e2 + o1);
  v[5] = descale<Shift>(e2 - o1);
  v[3] = descale<Shift>(e3 + o0);
  v[4] = descale<Shift>(e3 - o0);
}

void transpose(I16x8 (&v)[8]) {
  I16x8 a[8], b[8];
  for (int i = 0; i < 4; ++i) {
    a[2 * i] = zip_low(v[i], v[i + 4]);
    a[2 * i + 1] = zip_high(v[i], v[i + 4]);
  }
  for (int i = 0; i < 4; ++i) {
    b[2 * i] = zip_low(a[i], a[i + 4]);
    b[2 * i + 1] = zip_high(a[i], a[i + 4]);
  }
  for (int i = 0; i < 4; ++i) {
    v[2 * i] = zip_low(b[i], b[i + 4]);
    v[2 * i + 1] = zip_high(b[i], b[i + 4]);
  }
}

constexpr int kFractionBits = 13, kPassBits = 2;
constexpr std::int32_t kCentre = 128;

}  // namespace

void inverse_dct(DctBlock const& block, std::uint8_t* out, std::size_t stride) {
  I16x8 v[8];
  for (std::size_t i = 0; i < 8; ++i) v[i] = load4<I16x8>(block.data() + 8 * i);
  transform<kFractionBits - kPassBits>(v);
  transpose(v);
  transform<kFractionBits + kPassBits + 3>(v);
  transpose(v);
  for (std::size_t i = 0; i < 8; ++i) {
    // The library looks the sample up by ten bits: what is further away comes round.
    I16x8 const wrapped = (v[i] << 6) >> 6;
    store_bytes8(out + i * stride, wrapped + splat8(kCentre));
  }
}

void inverse_dct_flat(std::int32_t first, std::uint8_t* out, std::size_t stride) {
  constexpr int kShift = kPassBits + 3;
  std::int32_t const scaled = ((first << kPassBits) + (1 << (kShift - 1))) >> kShift;
  auto const wrapped = static_cast<std::int32_t>(static_cast<std::uint32_t>(scaled) << 22) >> 22;
  std::int32_t const centred = wrapped + kCentre;
  auto const sample = static_cast<std::uint8_t>(centred < 0 ? 0 : centred > 255 ? 255 : centred);
  for (std::size_t i = 0; i < 8; ++i) std::memset(out + i * stride, sample, 8);
}

}  // namespace sightline::codec
