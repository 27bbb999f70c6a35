#include "codec/htj2k_block_decoder.hpp"

#include <algorithm>
#include <cstring>

#include "codec/ht_bits.hpp"
#include "codec/ht_quads.hpp"
#include "codec/ht_refinement.hpp"
#include "codec/ht_samples.hpp"
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

/// What a row of quads may read past the end of a segment.
constexpr std::size_t vlc_filling(std::size_t row_quads) {
  return row_quads / 2 * kMostPairBits / 8 + 16;
}
constexpr std::size_t magsgn_filling(std::size_t row_quads) {
  return row_quads * 2 * 2 * 31 / 8 + 32;
}
constexpr std::size_t kMostRowQuads = kMostSide / 2;
using VlcBits = HtBits<kMostScup + 17, vlc_filling(kMostRowQuads)>;
using MagSgnBits = HtBits<20464, magsgn_filling(kMostRowQuads)>;

/// What of the samples is written.
enum class Form { index, scaled, sign_magnitude };

/// What is the same for all samples of a block.
struct Samples {
  std::byte* out = nullptr;
  std::size_t stride_bytes = 0;
  unsigned plane = 1;
  unsigned most_bits = 0;
  float half_step = 0;
  float plane_scale = 0;  ///< half_step times 2^(plane - 1)
};

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

/// Two quads' values in lanes of 16 bits, as they are stored: the upper row has the even ones.
template <Form Kind>
[[gnu::always_inline]] inline void store_pair(PairValues const& values, Samples const& samples,
                                              std::byte* top, std::byte* bottom) {
  U16x8 const negative = -(values.raw & 1);
  // mu where an index's half is cut off, else 2 mu + 1; 0 stays 0.
  bool const is_whole = Kind == Form::index && samples.plane == 1;
  U16x8 const magnitude = is_whole ? (values.magnitude + 1) >> 1
                                   : (values.magnitude + 2) & bits4<U16x8>(values.magnitude != 0);
  auto const pairs = bits4<U32x4>((magnitude ^ negative) - negative);
  auto const upper = bits4<I32x4>(pairs << 16) >> 16, lower = bits4<I32x4>(pairs) >> 16;
  if constexpr (Kind == Form::scaled) {
    // As exact as the plane's shift before the product: a power of two rounds nothing.
    F32x4 const scale = splat4(samples.plane_scale);
    store4(top, __builtin_convertvector(upper, F32x4) * scale);
    store4(bottom, __builtin_convertvector(lower, F32x4) * scale);
  } else if (is_whole) {
    store4(top, upper);
    store4(bottom, lower);
  } else {
    store4(top, bits4<U32x4>(upper) << (samples.plane - 2));
    store4(bottom, bits4<U32x4>(lower) << (samples.plane - 2));
  }
}

/// The samples of a block, a pair of quads at a time. Each row's U_q follow from the one above: so
/// within a row only the place in the MagSgn bits goes from pair to pair.
template <Form Kind>
class SampleReader {
 public:
  /// `above`: 2 mu - 1 of the samples in the lower row of the quads above, with room on both sides.
  SampleReader(MagSgnBits const& magsgn, Samples const& samples, std::uint32_t* above)
      : magsgn_(magsgn), samples_(samples), above_(above) {}

  void begin_row() {
    // After its end the segment gives ones for ever: one row of them is there.
    position_ = std::min(position_, magsgn_.size_bits());
    left_ = 0;
  }

  /// Quads q and q + 1 of a row, whose samples go to `top` and `bottom`. False: they break the
  /// format.
  [[gnu::always_inline]] bool pair(std::uint32_t const* quads, std::uint32_t q, std::byte* top,
                                   std::byte* bottom) {
    std::uint32_t const quad0 = quads[q], quad1 = quads[q + 1];
    std::uint32_t* const lower = above_ + 2 * q;
    std::uint32_t const left = left_;
    left_ = lower[3];
    if (((quad0 | quad1) & kSignificant) == 0) {
      U32x4 const none = {};
      store4(lower, none);
      store4(top, none);
      store4(bottom, none);
      return true;
    }
    std::uint32_t const seen = lower[1] | lower[2];
    std::uint32_t const u0 = (quad0 >> 16) + exponent_bound(quad0, left | lower[0] | seen);
    std::uint32_t const u1 = (quad1 >> 16) + exponent_bound(quad1, seen | lower[3] | lower[4]);
    if (u0 > samples_.most_bits || u1 > samples_.most_bits) return false;
    QuadBits const bits0 = quad_bits(quad0, u0), bits1 = quad_bits(quad1, u1);
    std::size_t const begin = position_, next = begin + bits0.total();
    position_ = next + bits1.total();
    if constexpr (kHasByteLookup && Kind != Form::sign_magnitude) {
      if (std::max(u0, u1) <= kMostPairBits16) {
        PairValues const values =
            extractor_.values(quads + q, bits0, bits1, magsgn_.data() + (begin >> 3), begin & 7);
        store4(lower, bits4<U32x4>(values.magnitude) >> 16);
        store_pair<Kind>(values, samples_, top, bottom);
        return true;
      }
    }
    QuadValues const first = quad_values(magsgn_, begin, quad0, u0);
    QuadValues const second = quad_values(magsgn_, next, quad1, u1);
    store4(lower, __builtin_shufflevector(first.magnitude, second.magnitude, 1, 3, 5, 7));
    U32x4 const done0 = finished<Kind>(first, samples_), done1 = finished<Kind>(second, samples_);
    store4(top, __builtin_shufflevector(done0, done1, 0, 2, 4, 6));
    store4(bottom, __builtin_shufflevector(done0, done1, 1, 3, 5, 7));
    return true;
  }

 private:
  MagSgnBits const& magsgn_;
  Samples const samples_;
  std::uint32_t* const above_;
  PairExtractor const extractor_;
  std::size_t position_ = 0;
  std::uint32_t left_ = 0;
};

}  // namespace

struct HtBlockDecoder::Scratch {
  VlcBits vlc;
  MagSgnBits magsgn;
  std::span<std::byte const> mel;
  /// Quads in order: HtQuad, u_q above it.
  std::uint32_t quads[kMostQuads + 8];
  /// 2 mu - 1 of the samples in the lower row of the quads above, in pairs; zero on both sides.
  std::uint32_t above[kMostSide + 12];
  /// Of blocks whose magnitudes do not go straight to where they belong; made with the first.
  struct Magnitudes {
    HtRefinement refinement;
    std::uint32_t words[kMostSamples];
  };
  std::unique_ptr<Magnitudes> magnitudes;

  bool read_bits(HtBlock const& block);
  template <Form Kind>
  bool decode_cleanup(HtBlock const& block, Samples const& samples);
  template <Form Kind>
  bool decode(HtBlock const& block, Samples samples);
};

/// The three parts of the cleanup segment. False: it breaks the format.
bool HtBlockDecoder::Scratch::read_bits(HtBlock const& block) {
  auto const bytes = block.cleanup;
  std::size_t const lcup = bytes.size();
  if (lcup < 2) return false;
  auto const last = std::to_integer<std::uint32_t>(bytes[lcup - 1]);
  auto const half = std::to_integer<std::uint32_t>(bytes[lcup - 2]);
  std::size_t const scup = last << 4 | (half & 15);
  if (scup < 2 || scup > lcup || scup > kMostScup) return false;
  mel = bytes.subspan(lcup - scup, scup - 1);
  std::size_t const row_quads = ((block.width + 1) / 2 + 1) & ~1u;
  std::uint32_t const head = half >> 4;
  vlc.unstuff_backward(bytes.subspan(lcup - scup, scup - 2), head, (head & 7) == 7 ? 3 : 4,
                       (half | 15) > 0x8f, vlc_filling(row_quads));
  magsgn.unstuff_forward(bytes.first(lcup - scup), 0xff, magsgn_filling(row_quads));
  return true;
}

/// A row's samples, and the code words of the row below, whose contexts need significance alone:
/// pair by pair, so that while one code word waits for the one before it the processor has the
/// samples to do.
template <Form Kind>
bool HtBlockDecoder::Scratch::decode_cleanup(HtBlock const& block, Samples const& samples) {
  std::uint32_t const cols = (block.width + 1) / 2, rows = (block.height + 1) / 2;
  std::uint32_t const row_quads = (cols + 1) & ~1u;
  std::uint32_t const right = (block.width & 1) != 0 ? kRightSamples : 0;
  std::memset(above, 0, sizeof(std::uint32_t) * (2 * row_quads + 12));
  HtQuadReader reader(vlc, mel);
  SampleReader<Kind> values(magsgn, samples, above + 4);
  std::uint32_t* row = quads;
  reader.template begin_row<true>(nullptr);
  for (std::uint32_t q = 0; q < row_quads; q += 2)
    reader.template pair<true>(nullptr, row, q, cols);
  for (std::uint32_t r = 0;; ++r) {
    if ((row[cols - 1] & right) != 0) return false;
    bool const is_last = r + 1 == rows;
    row[row_quads] = row[row_quads + 1] = 0;
    std::uint32_t* const below = row + row_quads + 2;
    std::byte* top = samples.out + std::size_t{2} * r * samples.stride_bytes;
    std::byte* const bottom = top + samples.stride_bytes;
    values.begin_row();
    reader.template begin_row<false>(row);
    for (std::uint32_t q = 0; q < row_quads; q += 2) {
      if (!is_last) reader.template pair<false>(row, below, q, cols);
      if (!values.pair(row, q, top + std::size_t{8} * q, bottom + std::size_t{8} * q)) return false;
    }
    if (is_last) break;
    row = below;
  }
  std::uint32_t outside = 0;
  if ((block.height & 1) != 0) {
    for (std::uint32_t q = 0; q < cols; ++q) outside |= row[q] & kLowerSamples;
  }
  return outside == 0;
}

template <Form Kind>
bool HtBlockDecoder::Scratch::decode(HtBlock const& block, Samples samples) {
  if (!read_bits(block)) return false;
  samples.plane = block.plane;
  samples.most_bits = block.most_bits;
  samples.plane_scale = samples.half_step * static_cast<float>(1u << (block.plane - 1));
  // In the lowest bit-plane there is nothing to refine; and a segment without bytes has no passes.
  unsigned const passes = block.plane < 2 || block.refinement.empty() ? 1 : block.passes;
  // A broken block may have magnitudes of twice the range; here they would be those of the sign.
  bool const is_deep = block.most_bits + block.plane > 31;
  if (passes == 1 && !is_deep) return decode_cleanup<Kind>(block, samples);
  if (!magnitudes) magnitudes = std::make_unique<Magnitudes>();
  std::uint32_t* const words = magnitudes->words;
  std::size_t const stride = (block.width + 3) & ~3u;
  Samples inner = samples;
  inner.out = reinterpret_cast<std::byte*>(words);
  inner.stride_bytes = stride * sizeof(std::uint32_t);
  if (!decode_cleanup<Form::sign_magnitude>(block, inner)) return false;
  if (passes > 1) magnitudes->refinement.refine(block, words, stride);
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

HtBlockDecoder::HtBlockDecoder() = default;
HtBlockDecoder::~HtBlockDecoder() = default;

HtBlockDecoder::Scratch& HtBlockDecoder::scratch() {
  if (!scratch_) scratch_ = std::make_unique<Scratch>();
  return *scratch_;
}

bool HtBlockDecoder::decode(HtBlock const& block, std::int32_t* out, std::size_t stride) {
  Samples samples;
  samples.out = reinterpret_cast<std::byte*>(out);
  samples.stride_bytes = stride * sizeof(*out);
  return scratch().decode<Form::index>(block, samples);
}

bool HtBlockDecoder::decode(HtBlock const& block, float half_step, float* out, std::size_t stride) {
  Samples samples;
  samples.out = reinterpret_cast<std::byte*>(out);
  samples.stride_bytes = stride * sizeof(*out);
  samples.half_step = half_step;
  return scratch().decode<Form::scaled>(block, samples);
}

}  // namespace sightline::codec
