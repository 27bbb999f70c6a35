#include "codec/ht_block_encoder.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "codec/ht_segments.hpp"
#include "codec/ht_vlc_table.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kMostSide = 64;

/// The code word of a quad, and the samples whose highest bit it tells (e_k).
struct QuadCode {
  std::uint8_t code = 0, length = 0, known = 0;
};
/// By context, significance, u_off, and which samples have the exponent U_q (epsilon).
using QuadCodes = std::array<QuadCode, 8 * 16 * 2 * 16>;

constexpr std::size_t code_index(std::uint32_t context, std::uint32_t significance,
                                 std::uint32_t has_offset, std::uint32_t epsilon) {
  return ((context << 4 | significance) << 1 | has_offset) << 4 | epsilon;
}

/// Of the words that fit, the one that tells most. Source: ISO/IEC 15444-15 7.3.5, annex C.
template <std::size_t Words>
constexpr QuadCodes codes_of(HtCodeWord const (&words)[Words]) {
  QuadCodes codes{};
  for (HtCodeWord const& word : words) {
    for (std::uint32_t epsilon = 0; epsilon < 16; ++epsilon) {
      if ((epsilon & word.known) != word.known_one) continue;
      QuadCode& code = codes[code_index(word.context, word.significance, word.has_offset, epsilon)];
      if (code.length != 0 && std::popcount(code.known) >= std::popcount(word.known)) continue;
      code = {static_cast<std::uint8_t>(word.code), static_cast<std::uint8_t>(word.length),
              static_cast<std::uint8_t>(word.known)};
    }
  }
  return codes;
}

constexpr QuadCodes kFirstRowCodes = codes_of(kFirstRowCodeWords);
constexpr QuadCodes kOtherRowCodes = codes_of(kOtherRowCodeWords);

/// A u value's prefix and suffix, each with its number of bits. Source: 15444-15 7.3.6, table 3.
struct Offset {
  std::uint8_t prefix = 0, prefix_bits = 0, suffix = 0, suffix_bits = 0;
};
constexpr Offset offset_of(std::uint32_t u) {
  if (u == 0) return {};
  if (u == 1) return {1, 1, 0, 0};
  if (u == 2) return {2, 2, 0, 0};
  if (u < 5) return {4, 3, static_cast<std::uint8_t>(u - 3), 1};
  return {0, 3, static_cast<std::uint8_t>(u - 5), 5};
}

/// Samples 0 to 3: top left, bottom left, top right, bottom right.
struct Quad {
  std::uint32_t significance = 0;
  std::array<std::uint32_t, 4> values{};     ///< 2 (mu - 1) + sign
  std::array<std::uint32_t, 4> exponents{};  ///< Of 2 mu - 1; 0 where not significant.
  [[nodiscard]] std::uint32_t exponent() const { return std::ranges::max(exponents); }
};

}  // namespace

struct HtBlockEncoder::Scratch {
  HtMagSgnWriter magsgn;
  HtMelWriter mel;
  HtVlcWriter vlc;
  std::int32_t const* samples = nullptr;
  std::size_t stride = 0;
  std::uint32_t width = 0, height = 0;
  /// Significance of the quads above, and the exponents of their lower samples behind one that is
  /// 0.
  std::array<std::uint32_t, kMostSide / 2 + 2> above{}, current{};
  std::array<std::uint32_t, kMostSide + 4> above_exponents{}, lower_exponents{};

  [[nodiscard]] Quad load(std::uint32_t row, std::uint32_t q) const;
  template <bool IsFirstRow>
  [[nodiscard]] std::uint32_t bound(Quad const& quad, std::uint32_t q) const;
  template <bool IsFirstRow>
  [[nodiscard]] std::uint32_t context(std::uint32_t q) const;
  template <bool IsFirstRow>
  std::uint32_t put_quad(std::uint32_t row, std::uint32_t q);
  template <bool IsFirstRow>
  void put_offsets(std::uint32_t first, std::uint32_t second);
  template <bool IsFirstRow>
  void put_row(std::uint32_t row);
  void put_all();
};

Quad HtBlockEncoder::Scratch::load(std::uint32_t row, std::uint32_t q) const {
  Quad quad;
  for (unsigned n = 0; n < 4; ++n) {
    std::uint32_t const y = row + (n & 1), x = 2 * q + (n >> 1);
    if (y >= height || x >= width) continue;
    std::int32_t const sample = samples[y * stride + x];
    if (sample == 0) continue;
    auto const magnitude = static_cast<std::uint32_t>(sample < 0 ? -sample : sample);
    quad.significance |= 1u << n;
    quad.values[n] = 2 * (magnitude - 1) + (sample < 0 ? 1 : 0);
    quad.exponents[n] = static_cast<std::uint32_t>(std::bit_width(2 * magnitude - 1));
  }
  return quad;
}

/// kappa. Source: 15444-15 7.3.7.
template <bool IsFirstRow>
std::uint32_t HtBlockEncoder::Scratch::bound(Quad const& quad, std::uint32_t q) const {
  if (IsFirstRow || std::popcount(quad.significance) < 2) return 1;
  auto const* const first = above_exponents.data() + std::size_t{2} * q;
  return std::max(*std::max_element(first, first + 4), 2u) - 1;
}

/// Source: 15444-15 7.3.5, equations 1 and 2.
template <bool IsFirstRow>
std::uint32_t HtBlockEncoder::Scratch::context(std::uint32_t q) const {
  std::uint32_t const west = q == 0 ? 0 : ht_detail::next_context(current[q - 1], IsFirstRow);
  if constexpr (IsFirstRow) return west;
  auto const lower_right = [&](std::uint32_t at) { return above[at] >> 3 & 1; };
  auto const lower_left = [&](std::uint32_t at) { return above[at] >> 1 & 1; };
  std::uint32_t const north = (q == 0 ? 0 : lower_right(q - 1)) | lower_left(q);
  std::uint32_t const east = lower_right(q) | lower_left(q + 1);
  return west | north | east << 2;
}

/// Puts the quad's event, code word and values; gives u_q.
template <bool IsFirstRow>
std::uint32_t HtBlockEncoder::Scratch::put_quad(std::uint32_t row, std::uint32_t q) {
  Quad const quad = load(row, q);
  current[q] = quad.significance;
  lower_exponents[2 * q + 1] = quad.exponents[1];
  lower_exponents[2 * q + 2] = quad.exponents[3];
  std::uint32_t const at = context<IsFirstRow>(q);
  if (at == 0) mel.event(quad.significance != 0);
  if (at == 0 && quad.significance == 0) return 0;
  std::uint32_t const kappa = bound<IsFirstRow>(quad, q);
  std::uint32_t const most = std::max(kappa, quad.exponent());
  std::uint32_t epsilon = 0;
  for (unsigned n = 0; n < 4 && most > kappa; ++n)
    epsilon |= (quad.exponents[n] == most ? 1u : 0u) << n;
  QuadCodes const& codes = IsFirstRow ? kFirstRowCodes : kOtherRowCodes;
  QuadCode const code = codes[code_index(at, quad.significance, most > kappa ? 1 : 0, epsilon)];
  vlc.put(code.code, code.length);
  for (unsigned n = 0; n < 4; ++n) {
    if ((quad.significance >> n & 1) != 0) magsgn.put(quad.values[n], most - (code.known >> n & 1));
  }
  return most - kappa;
}

/// The u values of a pair of quads. Source: 15444-15 7.3.6.
template <bool IsFirstRow>
void HtBlockEncoder::Scratch::put_offsets(std::uint32_t first, std::uint32_t second) {
  bool is_short = false;  // of the second: it is 1 or 2
  if (IsFirstRow && first > 0 && second > 0) {
    bool const are_large = std::min(first, second) > 2;
    mel.event(are_large);
    if (are_large) {
      first -= 2;
      second -= 2;
    }
    is_short = !are_large && first > 2;
  }
  Offset const one = offset_of(first);
  Offset const other =
      is_short ? Offset{static_cast<std::uint8_t>(second - 1), 1, 0, 0} : offset_of(second);
  vlc.put(one.prefix, one.prefix_bits);
  vlc.put(other.prefix, other.prefix_bits);
  vlc.put(one.suffix, one.suffix_bits);
  vlc.put(other.suffix, other.suffix_bits);
}

template <bool IsFirstRow>
void HtBlockEncoder::Scratch::put_row(std::uint32_t row) {
  std::uint32_t const quads = (width + 1) / 2;
  current.fill(0);
  lower_exponents.fill(0);
  for (std::uint32_t q = 0; q < quads; q += 2) {
    std::uint32_t const first = put_quad<IsFirstRow>(row, q);
    std::uint32_t const second = q + 1 < quads ? put_quad<IsFirstRow>(row, q + 1) : 0;
    put_offsets<IsFirstRow>(first, second);
  }
  above = current;
  above_exponents = lower_exponents;
}

void HtBlockEncoder::Scratch::put_all() {
  magsgn.clear();
  mel.clear();
  vlc.clear();
  put_row<true>(0);
  for (std::uint32_t row = 2; row < height; row += 2) put_row<false>(row);
}

HtBlockEncoder::HtBlockEncoder() : scratch_(std::make_unique<Scratch>()) {}
HtBlockEncoder::~HtBlockEncoder() = default;

std::size_t HtBlockEncoder::encode(std::int32_t const* samples, std::size_t stride,
                                   std::uint32_t width, std::uint32_t height,
                                   std::vector<std::byte>& out) {
  Scratch& scratch = *scratch_;
  bool is_zero = true;
  for (std::uint32_t row = 0; row < height && is_zero; ++row) {
    std::int32_t const* const first = samples + row * stride;
    is_zero = std::all_of(first, first + width, [](std::int32_t value) { return value == 0; });
  }
  if (is_zero) return 0;
  scratch.samples = samples;
  scratch.stride = stride;
  scratch.width = width;
  scratch.height = height;
  scratch.put_all();
  auto const& magsgn = scratch.magsgn.finish();
  auto const& mel = scratch.mel.finish();
  auto& vlc = scratch.vlc.finish();
  std::size_t const suffix_bytes = mel.size() + vlc.size() + 1;  // Scup
  vlc.front() = static_cast<std::uint8_t>((vlc.front() & 0xf0) | (suffix_bytes & 0x0f));
  std::size_t const before = out.size();
  auto const append = [&](std::uint8_t byte) { out.push_back(static_cast<std::byte>(byte)); };
  std::ranges::for_each(magsgn, append);
  std::ranges::for_each(mel, append);
  std::for_each(vlc.rbegin(), vlc.rend(), append);
  append(static_cast<std::uint8_t>(suffix_bytes >> 4));
  return out.size() - before;
}

}  // namespace sightline::codec
