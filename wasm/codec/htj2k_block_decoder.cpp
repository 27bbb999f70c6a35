#include "codec/htj2k_block_decoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "codec/ht_bits.hpp"
#include "codec/ht_mel.hpp"
#include "codec/ht_refinement.hpp"
#include "codec/ht_vlc_table.hpp"
#include "codec/vector4.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kMostSide = 1024;
/// Rows of quads x quads in a row, rounded up to pairs, with a pair of zeros after each row: 512
/// rows of one pair are the most of any shape.
constexpr std::size_t kMostQuads = 512 * 4;
/// Rows of samples, rounded up to pairs, x samples in a row, rounded up to four: 1024 x 4.
constexpr std::size_t kMostSamples = 4096;
/// Two code words, two prefixes, two suffixes.
constexpr std::size_t kMostPairBits = 30;
constexpr std::size_t kMostScup = 4079;

/// What of the samples is written.
enum class Form { index, scaled, sign_magnitude };

/// What is the same for all samples of a block.
struct Samples {
  std::byte* out = nullptr;
  std::size_t stride_bytes = 0;
  unsigned plane = 1;
  unsigned most_bits = 0;
  float half_step = 0;
};

}  // namespace

struct HtBlockDecoder::Scratch {
  HtBits<2 * (kMostScup + 33)> vlc;
  HtBits<40960> magsgn;
  HtRefinement refinement;
  /// Quads in order: HtQuad's lower half, u_q above it.
  std::uint32_t quads[kMostQuads + 8];
  /// 2 mu - 1 of the samples in the lower row of the quads above, in pairs; zero on both sides.
  std::uint32_t above[kMostSide + 12];
  std::uint32_t words[kMostSamples];

  bool decode_quads(HtBlock const& block);
  template <Form Kind>
  bool decode_samples(HtBlock const& block, Samples const& samples);
  template <Form Kind, bool ByLookup>
  bool decode_samples(HtBlock const& block, Samples const& samples);
  template <Form Kind>
  bool decode(HtBlock const& block, Samples samples);
};

namespace {

/// Reads the code words of one row of quads. Source: 15444-15 7.3.4 to 7.3.6.
template <bool IsFirstRow, class Vlc>
std::size_t decode_quad_row(Vlc const& vlc, std::size_t position, HtMel& mel,
                            std::uint32_t const* above, std::uint32_t* row, std::uint32_t quads) {
  HtVlcTable const& table = IsFirstRow ? kFirstRowVlc : kOtherRowVlc;
  auto const& offsets = [] -> auto const& {
    if constexpr (IsFirstRow)
      return kFirstRowOffsets;
    else
      return kOtherRowOffsets;
  }();
  // Of the quads above: whether the sample up left or right above is significant.
  auto const corner = [&](std::uint32_t q) -> std::uint32_t {
    return IsFirstRow ? 0 : (above[q] >> 7 & 1);
  };
  auto const middle = [&](std::uint32_t q) -> std::uint32_t {
    return IsFirstRow ? 0 : (above[q] >> 5 & 1);
  };
  std::uint32_t west = 0;                // what the quad on the left adds to the index
  std::uint32_t north = middle(0) << 7;  // bit 0: sigma nw | sigma n
  auto const next_quad = [&](std::uint64_t& bits, std::uint32_t q) -> HtQuad {
    std::uint32_t const east = (corner(q) | middle(q + 1)) << 7;  // sigma ne | sigma nf
    std::uint32_t const index = west | north | east << 2;
    north = east;
    HtQuad quad = table[index | (bits & 0x7f)];
    if (index == 0 && !mel.event()) quad = 0;
    west = quad >> 16;
    bits >>= quad & 7;
    position += quad & 7;
    return quad;
  };
  for (std::uint32_t q = 0; q < quads; q += 2) {
    std::uint64_t bits = vlc.at(position);
    HtQuad const first = next_quad(bits, q);
    HtQuad const second = q + 1 < quads ? next_quad(bits, q + 1) : 0;
    std::uint32_t mode = (first >> 3 & 1) | (second >> 2 & 2);
    if constexpr (IsFirstRow) {
      if (mode == 3 && mel.event()) mode = 4;
    }
    HtOffsetPair const pair = offsets[mode << 6 | (bits & 63)];
    auto const suffixes =
        static_cast<std::uint32_t>(bits >> pair.prefix_bits) & ((1u << pair.suffix_bits) - 1);
    position += pair.prefix_bits + pair.suffix_bits;
    std::uint32_t const u0 = pair.base0 + (suffixes & ((1u << pair.first_suffix) - 1));
    std::uint32_t const u1 = pair.base1 + (suffixes >> pair.first_suffix);
    row[q] = (first & 0xffff) | u0 << 16;
    row[q + 1] = (second & 0xffff) | u1 << 16;
  }
  return position;
}

constexpr std::uint32_t kSignificant = 0xf0, kRightSamples = 0xc0, kLowerSamples = 0xa0;

/// A quad's samples out of the MagSgn bits: 2 mu - 1 (0 where not significant), and the sign in
/// bit 0 of the raw bits. Source: 15444-15 7.3.8.
struct QuadValues {
  U32x4 magnitude, raw;
};

/// How many bits each sample of a quad has, in 16-bit fields, and their sums: field n is what
/// samples 0 to n have together. At most 4 x 31.
struct QuadBits {
  std::uint64_t counts = 0, sums = 0;
  [[nodiscard]] std::uint32_t total() const { return static_cast<std::uint32_t>(sums >> 48); }
};

constexpr std::uint64_t kEachField = 0x0001000100010001;

/// By four bits: a field of 1 where the bit is set.
constexpr auto kFields = [] {
  std::array<std::uint64_t, 16> fields{};
  for (unsigned i = 0; i < 16; ++i) {
    for (unsigned n = 0; n < 4; ++n) fields[i] |= std::uint64_t{i >> n & 1} << (16 * n);
  }
  return fields;
}();

/// By four bits: a lane of ones where the bit is set.
constexpr auto kLanes = [] {
  std::array<std::array<std::uint32_t, 4>, 16> lanes{};
  for (unsigned i = 0; i < 16; ++i) {
    for (unsigned n = 0; n < 4; ++n) lanes[i][n] = (i >> n & 1) != 0 ? UINT32_MAX : 0;
  }
  return lanes;
}();

/// m_n = sigma_n U_q - e_k. 15444-15 7.3.8.
[[gnu::always_inline]] inline QuadBits quad_bits(std::uint32_t quad, std::uint32_t most) {
  QuadBits bits;
  bits.counts = kFields[quad >> 4 & 15] * most - kFields[quad >> 12 & 15];
  bits.sums = bits.counts * kEachField;
  return bits;
}

template <class MagSgn>
QuadValues quad_values_by_sample(MagSgn const& magsgn, std::size_t position, std::uint32_t quad,
                                 std::uint32_t most) {
  QuadValues values{};
  for (unsigned n = 0; n < 4; ++n) {
    if ((quad >> (4 + n) & 1) == 0) continue;
    std::uint32_t const count = most - (quad >> (12 + n) & 1);
    auto const raw = static_cast<std::uint32_t>(magsgn.at(position));
    std::uint32_t const one = quad >> (8 + n) & 1;
    values.raw[n] = raw & 1;
    values.magnitude[n] = (raw & ((1u << count) - 1)) | one << count | 1;
    position += count;
  }
  return values;
}

constexpr unsigned kMostLookupBits = 25;

/// Where the samples of two quads begin in the bytes that are loaded for each: fields of 16 bits.
struct PairPlaces {
  U8x16 bytes;    ///< Which byte.
  U8x16 factors;  ///< 2^(7 - which bit of it)
};

[[gnu::always_inline]] inline PairPlaces pair_places(QuadBits const& first, QuadBits const& second,
                                                     std::size_t position) {
  constexpr U8x16 kDownPowers = {128, 64, 32, 16, 8, 4, 2, 1};
  std::size_t const next = position + first.total();
  U64x2 const begin = {(first.sums << 16) + (position & 7) * kEachField,
                       (second.sums << 16) + (next & 7) * kEachField};
  auto const fields = bits4<U16x8>(begin);
  return {bits4<U8x16>(fields >> 3), lookup16(kDownPowers, bits4<U8x16>(fields & 7))};
}

/// Four samples of at most kMostLookupBits at once. `Second`: of the pair's second quad.
template <bool Second, class MagSgn>
[[gnu::always_inline]] inline QuadValues quad_values_by_lookup(MagSgn const& magsgn,
                                                               std::size_t position,
                                                               std::uint32_t quad,
                                                               PairPlaces const& places,
                                                               U8x16 counts) {
  constexpr U8x16 kPowers = {1, 2, 4, 8, 16, 32, 64, 128};
  constexpr U8x16 kBytes = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
  constexpr U8x16 kByteBits = {0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24};
  constexpr int kLane = Second ? 8 : 0;
  auto const bytes = load4<U8x16>(magsgn.data() + (position >> 3));
  U8x16 const first_bytes =
      __builtin_shufflevector(places.bytes, places.bytes, kLane, kLane, kLane, kLane, kLane + 2,
                              kLane + 2, kLane + 2, kLane + 2, kLane + 4, kLane + 4, kLane + 4,
                              kLane + 4, kLane + 6, kLane + 6, kLane + 6, kLane + 6);
  auto const words = bits4<U32x4>(lookup16(bytes, first_bytes + kBytes));
  // A shift by lane is a product: up so that the first bit is bit 7, then down.
  U8x16 const zero = {};
  auto const factors =
      bits4<U32x4>(__builtin_shufflevector(places.factors, zero, kLane, 16, 16, 16, kLane + 2, 16,
                                           16, 16, kLane + 4, 16, 16, 16, kLane + 6, 16, 16, 16));
  U32x4 const raw = (words * factors) >> 7;
  U8x16 const lane_counts = __builtin_shufflevector(
      counts, counts, kLane, kLane, kLane, kLane, kLane + 2, kLane + 2, kLane + 2, kLane + 2,
      kLane + 4, kLane + 4, kLane + 4, kLane + 4, kLane + 6, kLane + 6, kLane + 6, kLane + 6);
  auto const top = bits4<U32x4>(lookup16(kPowers, lane_counts - kByteBits));
  auto const known_one = load4<U32x4>(kLanes[quad >> 8 & 15].data());
  auto const significant = load4<U32x4>(kLanes[quad >> 4 & 15].data());
  return {((raw & (top - 1)) | (top & known_one) | 1) & significant, raw};
}

template <Form Kind>
[[gnu::always_inline]] inline U32x4 finished(QuadValues const& values, Samples const& samples) {
  auto const significant = bits4<U32x4>(values.magnitude != 0);
  U32x4 const word = (values.magnitude + 2) << (samples.plane - 1);
  if constexpr (Kind == Form::index) {
    U32x4 const negative = -(values.raw & 1);
    return (((word >> 1) ^ negative) - negative) & significant;
  } else {
    U32x4 const sign = values.raw << 31;
    if constexpr (Kind == Form::sign_magnitude) {
      return (word | sign) & significant;
    } else {
      F32x4 const scaled =
          __builtin_convertvector(bits4<I32x4>(word), F32x4) * splat4(samples.half_step);
      return (bits4<U32x4>(scaled) | sign) & significant;
    }
  }
}

/// kappa: 1, or what the samples above have, if more than one of the quad is significant (gamma).
[[gnu::always_inline]] inline std::uint32_t exponent_bound(std::uint32_t quad,
                                                           std::uint32_t above) {
  std::uint32_t const significance = quad & kSignificant;
  std::uint32_t const is_many = (significance & (significance - 1)) != 0 ? 1 : 0;
  auto const width = static_cast<std::uint32_t>(std::bit_width(above));
  return 1 + (std::max(width, 2u) - 2) * is_many;
}

}  // namespace

/// All code words of the block, in one go: their contexts need significance, not values.
bool HtBlockDecoder::Scratch::decode_quads(HtBlock const& block) {
  auto const bytes = block.cleanup;
  std::size_t const lcup = bytes.size();
  if (lcup < 2) return false;
  auto const last = std::to_integer<std::uint32_t>(bytes[lcup - 1]);
  auto const half = std::to_integer<std::uint32_t>(bytes[lcup - 2]);
  std::size_t const scup = last << 4 | (half & 15);
  if (scup < 2 || scup > lcup || scup > kMostScup) return false;
  HtMel mel(bytes.subspan(lcup - scup, scup - 1));
  std::uint32_t const cols = (block.width + 1) / 2, rows = (block.height + 1) / 2;
  std::size_t const row_quads = (cols + 1) & ~1u;
  std::uint32_t const head = half >> 4;
  vlc.unstuff_backward(bytes.subspan(lcup - scup, scup - 2), head, (head & 7) == 7 ? 3 : 4,
                       (half | 15) > 0x8f, rows * row_quads / 2 * kMostPairBits / 8 + 16);
  magsgn.unstuff_forward(bytes.first(lcup - scup), 0xff, row_quads * 2 * 2 * 31 / 8 + 32);

  std::uint32_t* row = quads;
  std::size_t position = decode_quad_row<true>(vlc, 0, mel, nullptr, row, cols);
  std::uint32_t const right = (block.width & 1) != 0 ? kRightSamples : 0;
  std::uint32_t outside = row[cols - 1] & right;
  for (std::uint32_t r = 1; r < rows; ++r) {
    std::uint32_t const* const above_row = row;
    row[row_quads] = 0;
    row += row_quads + 2;
    position = decode_quad_row<false>(vlc, position, mel, above_row, row, cols);
    outside |= row[cols - 1] & right;
  }
  if ((block.height & 1) != 0) {
    for (std::uint32_t q = 0; q < cols; ++q) outside |= row[q] & kLowerSamples;
  }
  return outside == 0;
}

/// The samples of all quads. Each row's U_q follow from the one above: so within a row only the
/// place in the MagSgn bits goes from quad to quad.
template <Form Kind, bool ByLookup>
bool HtBlockDecoder::Scratch::decode_samples(HtBlock const& block, Samples const& shared) {
  // Of its own: a store could change what is shared, for all that a compiler knows.
  Samples const samples = shared;
  std::uint32_t const row_quads = ((block.width + 1) / 2 + 1) & ~1u;
  std::uint32_t const rows = (block.height + 1) / 2;
  std::uint32_t* const lower = above + 4;
  std::memset(above, 0, sizeof(std::uint32_t) * (2 * row_quads + 12));
  U32x4 const none = {};
  std::size_t position = 0;
  for (std::uint32_t r = 0; r < rows; ++r) {
    std::uint32_t const* const row = quads + std::size_t{r} * (row_quads + 2);
    std::byte* const top = samples.out + std::size_t{2} * r * samples.stride_bytes;
    std::byte* const bottom = top + samples.stride_bytes;
    // After its end the segment gives ones for ever: one row of them is there.
    position = std::min(position, magsgn.size_bits());
    std::uint32_t left = 0;
    for (std::uint32_t q = 0; q < row_quads; q += 2) {
      std::uint32_t const quad0 = row[q], quad1 = row[q + 1];
      std::uint32_t* const pair = lower + 2 * q;
      if (((quad0 | quad1) & kSignificant) == 0) {
        left = pair[3];
        store4(pair, none);
        store4(top + std::size_t{8} * q, none);
        store4(bottom + std::size_t{8} * q, none);
        continue;
      }
      std::uint32_t const seen = pair[1] | pair[2];
      std::uint32_t const u0 = (quad0 >> 16) + exponent_bound(quad0, left | pair[0] | seen);
      std::uint32_t const u1 = (quad1 >> 16) + exponent_bound(quad1, seen | pair[3] | pair[4]);
      if (u0 > samples.most_bits || u1 > samples.most_bits) return false;
      left = pair[3];
      QuadBits const bits0 = quad_bits(quad0, u0), bits1 = quad_bits(quad1, u1);
      std::size_t const next = position + bits0.total();
      QuadValues first, second;
      if constexpr (ByLookup) {
        PairPlaces const places = pair_places(bits0, bits1, position);
        auto const counts = bits4<U8x16>(U64x2{bits0.counts, bits1.counts});
        first = quad_values_by_lookup<false>(magsgn, position, quad0, places, counts);
        second = quad_values_by_lookup<true>(magsgn, next, quad1, places, counts);
      } else {
        first = quad_values_by_sample(magsgn, position, quad0, u0);
        second = quad_values_by_sample(magsgn, next, quad1, u1);
      }
      position = next + bits1.total();
      store4(pair, __builtin_shufflevector(first.magnitude, second.magnitude, 1, 3, 5, 7));
      U32x4 const done0 = finished<Kind>(first, samples);
      U32x4 const done1 = finished<Kind>(second, samples);
      store4(top + std::size_t{8} * q, __builtin_shufflevector(done0, done1, 0, 2, 4, 6));
      store4(bottom + std::size_t{8} * q, __builtin_shufflevector(done0, done1, 1, 3, 5, 7));
    }
  }
  return true;
}

template <Form Kind>
bool HtBlockDecoder::Scratch::decode_samples(HtBlock const& block, Samples const& samples) {
  if (kHasByteLookup && samples.most_bits <= kMostLookupBits) {
    return decode_samples<Kind, true>(block, samples);
  }
  return decode_samples<Kind, false>(block, samples);
}

template <Form Kind>
bool HtBlockDecoder::Scratch::decode(HtBlock const& block, Samples samples) {
  if (!decode_quads(block)) return false;
  samples.plane = block.plane;
  samples.most_bits = block.most_bits;
  // In the lowest bit-plane there is nothing to refine; and a segment without bytes has no passes.
  unsigned const passes = block.plane < 2 || block.refinement.empty() ? 1 : block.passes;
  if (passes == 1) return decode_samples<Kind>(block, samples);
  std::size_t const stride = (block.width + 3) & ~3u;
  Samples inner = samples;
  inner.out = reinterpret_cast<std::byte*>(words);
  inner.stride_bytes = stride * sizeof(std::uint32_t);
  if (!decode_samples<Form::sign_magnitude>(block, inner)) return false;
  refinement.refine(block, words, stride);
  for (std::size_t row = 0; row < block.height; ++row) {
    std::uint32_t const* const in = words + row * stride;
    std::byte* const out = samples.out + row * samples.stride_bytes;
    for (std::size_t col = 0; col < block.width; ++col) {
      auto const magnitude = static_cast<std::int32_t>(in[col] & 0x7fffffff);
      bool const is_negative = in[col] >> 31 != 0;
      if constexpr (Kind == Form::index) {
        std::int32_t const value = is_negative ? -(magnitude >> 1) : magnitude >> 1;
        std::memcpy(out + col * sizeof(value), &value, sizeof(value));
      } else {
        float const scaled = static_cast<float>(magnitude) * samples.half_step;
        float const value = is_negative ? -scaled : scaled;
        std::memcpy(out + col * sizeof(value), &value, sizeof(value));
      }
    }
  }
  return true;
}

HtBlockDecoder::HtBlockDecoder() : scratch_(std::make_unique<Scratch>()) {}
HtBlockDecoder::~HtBlockDecoder() = default;

bool HtBlockDecoder::decode(HtBlock const& block, std::int32_t* out, std::size_t stride) {
  Samples samples;
  samples.out = reinterpret_cast<std::byte*>(out);
  samples.stride_bytes = stride * sizeof(*out);
  return scratch_->decode<Form::index>(block, samples);
}

bool HtBlockDecoder::decode(HtBlock const& block, float half_step, float* out, std::size_t stride) {
  Samples samples;
  samples.out = reinterpret_cast<std::byte*>(out);
  samples.stride_bytes = stride * sizeof(*out);
  samples.half_step = half_step;
  return scratch_->decode<Form::scaled>(block, samples);
}

}  // namespace sightline::codec
