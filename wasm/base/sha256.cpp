#include "base/sha256.hpp"

#include <algorithm>
#include <bit>

namespace sightline {
namespace {

// FIPS 180-4, 4.2.2.
constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// FIPS 180-4, 5.3.3.
constexpr std::array<std::uint32_t, 8> kInitial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

std::uint32_t load_be(std::byte const* p) {
  return std::to_integer<std::uint32_t>(p[0]) << 24 | std::to_integer<std::uint32_t>(p[1]) << 16 |
         std::to_integer<std::uint32_t>(p[2]) << 8 | std::to_integer<std::uint32_t>(p[3]);
}

std::uint32_t big_sigma0(std::uint32_t x) {
  return std::rotr(x, 2) ^ std::rotr(x, 13) ^ std::rotr(x, 22);
}
std::uint32_t big_sigma1(std::uint32_t x) {
  return std::rotr(x, 6) ^ std::rotr(x, 11) ^ std::rotr(x, 25);
}
std::uint32_t small_sigma0(std::uint32_t x) { return std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3; }
std::uint32_t small_sigma1(std::uint32_t x) {
  return std::rotr(x, 17) ^ std::rotr(x, 19) ^ x >> 10;
}

/// One round. The caller renames the eight variables instead of moving them.
inline void round(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t& d,
                  std::uint32_t e, std::uint32_t f, std::uint32_t g, std::uint32_t& h,
                  std::uint32_t scheduled) {
  std::uint32_t const t1 = h + big_sigma1(e) + (((f ^ g) & e) ^ g) + scheduled;
  d += t1;
  h = t1 + big_sigma0(a) + ((a & b) | ((a | b) & c));
}

}  // namespace

Sha256::Sha256() : state_(kInitial) {}

void Sha256::block(std::byte const* p) {
  auto [a, b, c, d, e, f, g, h] = state_;
  // The last 16 words of the message schedule; word t lives in w[t % 16].
  std::array<std::uint32_t, 16> w;
  for (std::size_t i = 0; i < 16; ++i) w[i] = load_be(p + 4 * i);
  for (std::size_t t = 0; t < 64; t += 8) {
    std::size_t const half = t & 8;
    std::uint32_t* const s = w.data() + half;
    std::uint32_t const* const k = kRound.data() + t;
    round(a, b, c, d, e, f, g, h, s[0] + k[0]);
    round(h, a, b, c, d, e, f, g, s[1] + k[1]);
    round(g, h, a, b, c, d, e, f, s[2] + k[2]);
    round(f, g, h, a, b, c, d, e, s[3] + k[3]);
    round(e, f, g, h, a, b, c, d, s[4] + k[4]);
    round(d, e, f, g, h, a, b, c, s[5] + k[5]);
    round(c, d, e, f, g, h, a, b, s[6] + k[6]);
    round(b, c, d, e, f, g, h, a, s[7] + k[7]);
    for (std::size_t i = half; t < 48 && i < half + 8; ++i) {
      w[i] += small_sigma0(w[(i + 1) & 15]) + w[(i + 9) & 15] + small_sigma1(w[(i + 14) & 15]);
    }
  }
  state_[0] += a;
  state_[1] += b;
  state_[2] += c;
  state_[3] += d;
  state_[4] += e;
  state_[5] += f;
  state_[6] += g;
  state_[7] += h;
}

void Sha256::update(std::span<std::byte const> bytes) {
  std::size_t const held = static_cast<std::size_t>(length_bytes_ % tail_.size());
  length_bytes_ += bytes.size();
  if (held != 0) {
    std::size_t const take = std::min(bytes.size(), tail_.size() - held);
    std::copy_n(bytes.begin(), take, tail_.begin() + static_cast<std::ptrdiff_t>(held));
    bytes = bytes.subspan(take);
    if (held + take < tail_.size()) return;
    block(tail_.data());
  }
  while (bytes.size() >= tail_.size()) {
    block(bytes.data());
    bytes = bytes.subspan(tail_.size());
  }
  std::copy(bytes.begin(), bytes.end(), tail_.begin());
}

Sha256Digest Sha256::finish() {
  // FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits as 64 bits big-endian.
  std::uint64_t const length_bits = length_bytes_ * 8;
  std::size_t held = static_cast<std::size_t>(length_bytes_ % tail_.size());
  tail_[held++] = std::byte{0x80};
  if (held > 56) {
    std::fill(tail_.begin() + static_cast<std::ptrdiff_t>(held), tail_.end(), std::byte{0});
    block(tail_.data());
    held = 0;
  }
  std::fill(tail_.begin() + static_cast<std::ptrdiff_t>(held), tail_.begin() + 56, std::byte{0});
  for (std::size_t i = 0; i < 8; ++i) {
    tail_[56 + i] = static_cast<std::byte>(length_bits >> (56 - 8 * i) & 0xff);
  }
  block(tail_.data());
  Sha256Digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::byte>(state_[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
  }
  return digest;
}

Sha256Digest sha256(std::span<std::byte const> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string to_hex(Sha256Digest const& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (std::byte const value : digest) {
    text.push_back(kDigits[std::to_integer<unsigned>(value) >> 4]);
    text.push_back(kDigits[std::to_integer<unsigned>(value) & 15]);
  }
  return text;
}

}  // namespace sightline
