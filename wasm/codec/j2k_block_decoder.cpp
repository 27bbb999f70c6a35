#include "codec/j2k_block_decoder.hpp"

#include <algorithm>
#include <type_traits>

#include "codec/packet_reader.hpp"

namespace sightline::codec {
namespace {

// One word for each column of a stripe of four rows, with the rows -1 and 4 beside them.
// Bits 0 to 17, three for each row: whether the sample to the left, itself, and that to the right
// is significant; so nine bits from 3 * row on are a sample and its neighbours. 18 to 23: the signs
// of the column's rows -1 to 4. 24 to 27: refined before; 28 to 31: coded in this bit-plane.
constexpr std::uint32_t kNeighbours = 0x1ef, kSelf = 0x10, kAnyone = 0x3ffff;
constexpr std::uint32_t kSelves = 0x2490, kCoded = 0xf0000000;
constexpr unsigned kSignAt = 19, kRefinedAt = 24, kCodedAt = 28;
constexpr std::uint32_t kStripe = 4;

constexpr std::uint32_t kSignContext = 9, kRefinementContext = 14, kRunContext = 17,
                        kUniformContext = 18;

constexpr unsigned bit_of(std::uint32_t word, unsigned at) { return word >> at & 1; }

/// Table D.1: contexts of significance by a sample's neighbours, for LL and LH, HL, HH.
using SignificanceTable = std::array<std::uint8_t, 512>;
constexpr std::uint8_t significance_of(unsigned across, unsigned down, unsigned diagonal) {
  if (across == 2) return 8;
  if (across == 1) return down >= 1 ? 7 : (diagonal >= 1 ? 6 : 5);
  if (down > 0) return down == 2 ? 4 : 3;
  return static_cast<std::uint8_t>(std::min(diagonal, 2u));
}
constexpr std::uint8_t significance_of_hh(unsigned beside, unsigned diagonal) {
  if (diagonal >= 3) return 8;
  if (diagonal == 2) return beside >= 1 ? 7 : 6;
  return static_cast<std::uint8_t>(std::min(beside, 2u) + (diagonal == 1 ? 3 : 0));
}
consteval std::array<SignificanceTable, 3> make_significance() {
  std::array<SignificanceTable, 3> tables{};
  for (std::uint32_t word = 0; word < 512; ++word) {
    unsigned const across = bit_of(word, 3) + bit_of(word, 5);
    unsigned const down = bit_of(word, 1) + bit_of(word, 7);
    unsigned const diagonal = bit_of(word, 0) + bit_of(word, 2) + bit_of(word, 6) + bit_of(word, 8);
    tables[0][word] = significance_of(across, down, diagonal);
    tables[1][word] = significance_of(down, across, diagonal);
    tables[2][word] = significance_of_hh(across + down, diagonal);
  }
  return tables;
}
constexpr auto kSignificance = make_significance();
SignificanceTable const& significance_table(unsigned band) {
  return kSignificance[band == 1 ? 1 : (band == 3 ? 2 : 0)];
}

/// Tables D.2 and D.3: context and, in bit 0, whether the sign is turned; by whether the neighbours
/// above, left, right and below are significant (bits 0 to 3), and whether those above, below, left
/// and right are negative (bits 4 to 7).
consteval std::array<std::uint8_t, 256> make_signs() {
  std::array<std::uint8_t, 256> table{};
  for (std::uint32_t word = 0; word < 256; ++word) {
    auto const part = [&](unsigned significant, unsigned negative) {
      if (bit_of(word, significant) == 0) return 0;
      return bit_of(word, negative) != 0 ? -1 : 1;
    };
    int const down = std::clamp(part(0, 4) + part(3, 5), -1, 1);
    int const across = std::clamp(part(1, 6) + part(2, 7), -1, 1);
    int const sum = 3 * across + down;  // -4 to 4
    int const context = static_cast<int>(kSignContext) + (sum < 0 ? -sum : sum);
    table[word] = static_cast<std::uint8_t>(context << 1 | (sum < 0 ? 1 : 0));
  }
  return table;
}
constexpr auto kSigns = make_signs();

/// The four rows of a stripe, each with its own code: shifts by constants.
template <class Body>
[[gnu::always_inline]] inline void each_row(Body&& body) {
  body(std::integral_constant<unsigned, 0>{});
  body(std::integral_constant<unsigned, 1>{});
  body(std::integral_constant<unsigned, 2>{});
  body(std::integral_constant<unsigned, 3>{});
}
/// Rows that a block's last stripe does not have count as coded.
constexpr std::uint32_t outside_of(std::uint32_t rows) {
  return rows >= kStripe ? 0 : kCoded << rows & kCoded;
}

/// Decisions by the MQ decoder.
struct ByMq {
  MqDecoder bits;
  MqContext* const contexts;

  [[gnu::always_inline]] unsigned decode(std::uint32_t context) {
    return bits.decode(contexts[context]);
  }
  [[gnu::always_inline]] unsigned decode_sign(std::uint32_t sign) {
    return decode(sign >> 1) ^ (sign & 1);
  }
};

/// Decisions as they are: D.6.
struct AsTheyAre {
  RawBits bits;

  [[gnu::always_inline]] unsigned decode(std::uint32_t) { return bits.bit(); }
  [[gnu::always_inline]] unsigned decode_sign(std::uint32_t) { return bits.bit(); }
};

/// What the loops of a pass have in registers.
template <class Coder>
struct Pass {
  Coder coder;
  std::size_t const stride;
  bool const is_causal;

  [[gnu::always_inline]] unsigned decode(std::uint32_t context) { return coder.decode(context); }
  /// D.3.2: the sign of the sample that became significant, and what its neighbours see of it.
  [[gnu::always_inline]] std::int32_t become(std::uint32_t* at, std::uint32_t& flags, unsigned row,
                                             std::int32_t value) {
    std::uint32_t const near = flags >> (3 * row);
    std::uint32_t const index =
        bit_of(near, 1) | bit_of(near, 3) << 1 | bit_of(near, 5) << 2 | bit_of(near, 7) << 3 |
        bit_of(flags, kSignAt - 1 + row) << 4 | bit_of(flags, kSignAt + 1 + row) << 5 |
        bit_of(at[-1], kSignAt + row) << 6 | bit_of(at[1], kSignAt + row) << 7;
    std::uint32_t const negative = coder.decode_sign(kSigns[index]);
    unsigned const place = 3 * (row + 1);
    flags |= 2u << place | negative << (kSignAt + row);
    at[-1] |= 4u << place;
    at[1] |= 1u << place;
    if (row == 0 && !is_causal) {
      std::uint32_t* const above = at - stride;
      above[-1] |= 4u << 15;
      above[0] |= 2u << 15 | negative << (kSignAt + kStripe);
      above[1] |= 1u << 15;
    }
    if (row == kStripe - 1) {
      std::uint32_t* const below = at + stride;
      below[-1] |= 4u;
      below[0] |= 2u | negative << (kSignAt - 1);
      below[1] |= 1u;
    }
    return negative != 0 ? -value : value;
  }
};

bool is_causal(J2kBlock const& block) { return (block.style & block_style::kStripeCausal) != 0; }

}  // namespace

/// D.3.1.
template <class Coder>
void J2kBlockDecoder::significance_pass(J2kBlock const& block, std::int32_t value, Coder& coder) {
  Pass<Coder> pass{coder, flag_stride_, is_causal(block)};
  SignificanceTable const& table = significance_table(block.band);
  for (std::uint32_t y = 0; y < block.height; y += kStripe) {
    std::uint32_t* at = flags_.data() + (y / kStripe + 1) * flag_stride_ + 1;
    std::int32_t* values = values_.data() + std::size_t{y} * block.width;
    std::uint32_t const outside = outside_of(block.height - y);
    for (std::uint32_t x = 0; x < block.width; ++x, ++at, ++values) {
      std::uint32_t flags = *at;
      if ((flags & kAnyone) == 0) continue;
      flags |= outside;
      each_row([&](auto row) __attribute__((always_inline)) {
        std::uint32_t const near = flags >> (3 * row);
        if ((near & kNeighbours) == 0 || (near & kSelf) != 0) return;
        if (outside != 0 && bit_of(flags, kCodedAt + row) != 0) return;
        if (pass.decode(table[near & kNeighbours]) != 0)
          values[std::size_t{row} * block.width] = pass.become(at, flags, row, value);
        flags |= 1u << (kCodedAt + row);
      });
      *at = flags;
    }
  }
  coder.bits = pass.coder.bits;
}

/// D.3.3.
template <class Coder>
void J2kBlockDecoder::refinement_pass(J2kBlock const& block, std::int32_t half, Coder& coder) {
  Pass<Coder> pass{coder, flag_stride_, is_causal(block)};
  for (std::uint32_t y = 0; y < block.height; y += kStripe) {
    std::uint32_t* at = flags_.data() + (y / kStripe + 1) * flag_stride_ + 1;
    std::int32_t* values = values_.data() + std::size_t{y} * block.width;
    for (std::uint32_t x = 0; x < block.width; ++x, ++at, ++values) {
      std::uint32_t flags = *at;
      if ((flags & kSelves) == 0) continue;
      each_row([&](auto row) __attribute__((always_inline)) {
        std::uint32_t const near = flags >> (3 * row);
        if ((near & kSelf) == 0 || bit_of(flags, kCodedAt + row) != 0) return;
        std::uint32_t const context =
            kRefinementContext +
            (bit_of(flags, kRefinedAt + row) != 0 ? 2 : ((near & kNeighbours) != 0 ? 1 : 0));
        std::int32_t const step = pass.decode(context) != 0 ? half : -half;
        std::int32_t& sample = values[std::size_t{row} * block.width];
        std::int32_t const sign = sample >> 31;
        sample += (step ^ sign) - sign;
        flags |= 1u << (kRefinedAt + row);
      });
      *at = flags;
    }
  }
  coder.bits = pass.coder.bits;
}

/// D.3.4.
void J2kBlockDecoder::cleanup_pass(J2kBlock const& block, std::int32_t value) {
  Pass<ByMq> pass{{bits_, contexts_.data()}, flag_stride_, is_causal(block)};
  SignificanceTable const& table = significance_table(block.band);
  for (std::uint32_t y = 0; y < block.height; y += kStripe) {
    std::uint32_t* at = flags_.data() + (y / kStripe + 1) * flag_stride_ + 1;
    std::int32_t* values = values_.data() + std::size_t{y} * block.width;
    std::uint32_t const outside = outside_of(block.height - y);
    for (std::uint32_t x = 0; x < block.width; ++x, ++at, ++values) {
      std::uint32_t flags = *at | outside;
      unsigned first = kStripe;  // the row that ends a run: its sample becomes significant
      if (flags == 0) {
        if (pass.decode(kRunContext) == 0) continue;
        first = pass.decode(kUniformContext) << 1;
        first |= pass.decode(kUniformContext);
      }
      unsigned const begin = first & (kStripe - 1);
      each_row([&](auto row) __attribute__((always_inline)) {
        std::uint32_t const near = flags >> (3 * row);
        if (row < begin || (near & kSelf) != 0 || bit_of(flags, kCodedAt + row) != 0) return;
        if (row == first || pass.decode(table[near & kNeighbours]) != 0)
          values[std::size_t{row} * block.width] = pass.become(at, flags, row, value);
      });
      *at = flags & ~kCoded;
    }
  }
  if ((block.style & block_style::kSegmentationSymbols) != 0) {  // D.5
    for (int n = 0; n < 4; ++n) (void)pass.decode(kUniformContext);
  }
  bits_ = pass.coder.bits;
}

/// Table D.7.
void J2kBlockDecoder::reset_contexts() {
  contexts_.fill(mq_context(0, 0));
  contexts_[0] = mq_context(4, 0);
  contexts_[kRunContext] = mq_context(3, 0);
  contexts_[kUniformContext] = mq_context(46, 0);
}

/// The open half of a sample in the bit-plane of a pass, counted from 2: the first bit-plane has
/// the last of the three passes alone.
static std::int32_t half_of(J2kBlock const& block, unsigned pass) {
  return std::int32_t{1} << (block.planes - 1 - (pass / 3));
}

void J2kBlockDecoder::decode_pass(J2kBlock const& block, unsigned pass) {
  std::int32_t const half = half_of(block, pass);
  if (pass % 3 == 2) {
    cleanup_pass(block, 3 * half);
  } else {
    ByMq coder{bits_, contexts_.data()};
    if (pass % 3 == 0) {
      significance_pass(block, 3 * half, coder);
    } else {
      refinement_pass(block, half, coder);
    }
    bits_ = coder.bits;
  }
  if ((block.style & block_style::kResetContexts) != 0) reset_contexts();
}

void J2kBlockDecoder::decode_raw_pass(J2kBlock const& block, unsigned pass) {
  std::int32_t const half = half_of(block, pass);
  AsTheyAre coder{raw_};
  if (pass % 3 == 0) {
    significance_pass(block, 3 * half, coder);
  } else {
    refinement_pass(block, half, coder);
  }
  raw_ = coder.bits;
}

void J2kBlockDecoder::decode_segments(J2kBlock const& block) {
  std::size_t const stripes = (block.height + kStripe - 1) / kStripe;
  flag_stride_ = block.width + 2;
  flags_.assign((stripes + 2) * flag_stride_, 0);
  values_.assign(std::size_t{block.width} * block.height, 0);
  reset_contexts();
  // D.6: from the fifth bit-plane on all but cleanup passes.
  constexpr unsigned kFirstRaw = 12;
  bool const bypasses = (block.style & block_style::kBypass) != 0;
  unsigned const end = 3 * block.planes;
  unsigned pass = 2;
  for (J2kSegment const& segment : block.segments) {
    bool const is_raw = bypasses && pass >= kFirstRaw && pass % 3 != 2;
    if (is_raw) {
      raw_ = RawBits(segment.bytes);
    } else {
      bits_ = MqDecoder(segment.bytes);
    }
    for (unsigned n = 0; n < segment.passes && pass < end; ++n, ++pass) {
      if (is_raw) {
        decode_raw_pass(block, pass);
      } else {
        decode_pass(block, pass);
      }
    }
  }
  if (block.roi_shift != 0) shift_back(block.roi_shift);
}

/// H.1. OpenJPEG takes half of the bound, and so shifts what is not of interest but as large as it
/// may be.
void J2kBlockDecoder::shift_back(unsigned roi_shift) {
  std::uint32_t const least = 2u << roi_shift;
  for (std::int32_t& value : values_) {
    bool const is_negative = value < 0;
    auto const magnitude = static_cast<std::uint32_t>(is_negative ? -value : value);
    if (magnitude < least) continue;
    auto const shifted = static_cast<std::int32_t>(magnitude >> roi_shift);
    value = is_negative ? -shifted : shifted;
  }
}

void J2kBlockDecoder::decode(J2kBlock const& block, std::int32_t* out, std::size_t stride) {
  decode_segments(block);
  std::int32_t const* in = values_.data();
  for (std::uint32_t row = 0; row < block.height; ++row, in += block.width, out += stride) {
    for (std::uint32_t col = 0; col < block.width; ++col) out[col] = in[col] / 2;
  }
}

void J2kBlockDecoder::decode(J2kBlock const& block, float half_step, float* out,
                             std::size_t stride) {
  decode_segments(block);
  std::int32_t const* in = values_.data();
  for (std::uint32_t row = 0; row < block.height; ++row, in += block.width, out += stride) {
    for (std::uint32_t col = 0; col < block.width; ++col)
      out[col] = static_cast<float>(in[col]) * half_step;
  }
}

}  // namespace sightline::codec
