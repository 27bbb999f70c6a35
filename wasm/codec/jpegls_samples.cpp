#include "codec/jpegls_samples.hpp"

#include <array>
#include <bit>

namespace sightline::codec {
namespace {

/// One sample after the other. Everything is part of one loop, without a branch but those that end
/// it: in functions of their own, the reader's place and the parameters would live in memory.
template <bool IsUsual>
class Samples {
 public:
  Samples(JpegLsModel& model, JpegLsCursor const& cursor)
      : contexts_(reinterpret_cast<std::byte*>(model.contexts.data())),
        bounds_(model.quick_bounds.data()),
        most_(model.parameters.most),
        near_(IsUsual ? 0 : model.parameters.near),
        range_(model.parameters.range),
        reset_(IsUsual ? JpegLsParameters::kUsualReset : model.parameters.reset),
        cursor_(cursor) {}

  /// The sample in the context of `region` (not 0 for all of a pixel), predicted by A.4.2. False:
  /// the loop ends before it.
  [[gnu::always_inline]] bool read(std::int32_t region, std::int32_t predicted) {
    std::int32_t const sign = region >> 31;
    place_ = reinterpret_cast<JpegLsContext*>(contexts_ + ((region ^ sign) - sign));
    context_ = *place_;
    std::uint64_t const window = cursor_.window();
    int const zeros = std::countl_zero(window);
    // Behind the one that ends the zeros: 32 bits, of which k are the code's; before them the
    // zeros.
    std::uint64_t const code =
        std::uint64_t{static_cast<unsigned>(zeros)} << 32 | window << 1 << (zeros & 63) >> 32;
    auto const number = static_cast<std::uint32_t>(code >> context_.shift);
    if (number >= bounds_[context_.shift]) return false;
    cursor_.position += static_cast<std::size_t>(zeros + 33 - context_.shift);
    mapped_ = number ^ context_.flip;
    std::int32_t const half = static_cast<std::int32_t>(mapped_ >> 1);
    error_ = half ^ -static_cast<std::int32_t>(mapped_ & 1);
    std::int32_t const corrected = clamp(predicted + ((context_.c ^ sign) - sign));
    value_ = reconstruct(corrected, (error_ ^ sign) - sign);
    return true;
  }
  [[nodiscard]] std::int32_t value() const { return value_; }
  /// What the sample tells of its context.
  [[gnu::always_inline]] void learn() {
    context_.template update<IsUsual>(error_, static_cast<std::int32_t>((mapped_ + 1) >> 1),
                                      2 * near_ + 1, reset_, near_ == 0);
    *place_ = context_;
  }
  [[nodiscard]] JpegLsCursor const& cursor() const { return cursor_; }

 private:
  [[nodiscard]] [[gnu::always_inline]] std::int32_t clamp(std::int32_t value) const {
    std::int32_t const above = value < 0 ? 0 : value;
    return above > most_ ? most_ : above;
  }
  /// A.4.5, A.5.
  [[nodiscard]] [[gnu::always_inline]] std::int32_t reconstruct(std::int32_t predicted,
                                                                std::int32_t error) const {
    if constexpr (IsUsual) return (predicted + error) & most_;
    std::int32_t const step = 2 * near_ + 1;
    std::int32_t value = predicted + error * step;
    if (value < -near_) {
      value += range_ * step;
    } else if (value > most_ + near_) {
      value -= range_ * step;
    }
    return clamp(value);
  }

  std::byte* const contexts_;
  std::uint32_t const* const bounds_;
  std::int32_t const most_, near_, range_, reset_;
  JpegLsCursor cursor_;
  JpegLsContext* place_ = nullptr;
  JpegLsContext context_;  ///< a copy: the sample that is stored could else be one of its numbers
  std::uint32_t mapped_ = 0;
  std::int32_t error_ = 0, value_ = 0;
};

/// The next sample's region is known before this one's context learns: what a sample waits for is
/// before what none waits for.
template <bool IsUsual>
std::size_t decode_samples(JpegLsModel& model, JpegLsCursor& cursor, JpegLsLine const& line,
                           std::size_t first) {
  Samples<IsUsual> samples(model, cursor);
  std::int8_t const* const regions = model.region_of_zero;
  std::uint16_t* at = line.current + first;
  std::uint16_t const* above = line.previous + first;
  std::int32_t a = at[-1], b = above[0], c = above[-1];
  std::int32_t region_above = regions[above[1] - b];
  std::int32_t region = (region_above * 9 + regions[b - c]) * 9 + regions[c - a];
  for (std::size_t left = line.columns - first; left != 0; --left) {
    if (region == 0 || !samples.read(region, jpegls_prediction(a, b, c))) break;
    a = samples.value();
    *at++ = static_cast<std::uint16_t>(a);
    c = b;
    b = above[1];
    std::int32_t const next = regions[above[2] - b];
    region = (next * 9 + region_above) * 9 + regions[c - a];
    region_above = next;
    ++above;
    samples.learn();
  }
  cursor = samples.cursor();
  return static_cast<std::size_t>(at - line.current);
}

template <bool IsUsual>
std::size_t decode_triples(JpegLsModel& model, JpegLsCursor& cursor, JpegLsLine const& line,
                           std::size_t first) {
  constexpr std::size_t kSamples = JpegLsLine::kSamples;
  Samples<IsUsual> samples(model, cursor);
  std::int8_t const* const regions = model.region_of_zero;
  std::size_t at = first;
  for (bool is_good = true; is_good && at != kSamples * line.columns;) {
    std::uint16_t* const now = line.current + at;
    std::uint16_t const* const before = now - kSamples;
    std::uint16_t const* const above = line.previous + at;
    std::uint16_t const* const above_before = above - kSamples;
    std::array<std::int32_t, kSamples> region{};
    for (std::size_t s = 0; s < kSamples; ++s) {
      std::int32_t const a = before[s], b = above[s], c = above_before[s];
      std::int32_t const d = above[s + kSamples];
      region[s] = (regions[d - b] * 9 + regions[b - c]) * 9 + regions[c - a];
    }
    is_good = (region[0] | region[1] | region[2]) != 0;
    for (std::size_t s = 0; is_good && s < kSamples; ++s) {
      is_good = samples.read(region[s], jpegls_prediction(before[s], above[s], above_before[s]));
      if (!is_good) break;
      now[s] = static_cast<std::uint16_t>(samples.value());
      samples.learn();
      ++at;
    }
  }
  cursor = samples.cursor();
  return at;
}

/// By a pointer: within what calls them, the loops would be part of one large function, for whose
/// numbers there are too few registers.
using Loop = std::size_t (*)(JpegLsModel&, JpegLsCursor&, JpegLsLine const&, std::size_t);
constexpr std::array<Loop, 2> kSampleLoops = {decode_samples<false>, decode_samples<true>};
constexpr std::array<Loop, 2> kTripleLoops = {decode_triples<false>, decode_triples<true>};

}  // namespace

std::size_t decode_jpegls_samples(JpegLsModel& model, JpegLsCursor& cursor, JpegLsLine const& line,
                                  std::size_t first) {
  return kSampleLoops[model.parameters.is_usual() ? 1 : 0](model, cursor, line, first);
}

std::size_t decode_jpegls_triples(JpegLsModel& model, JpegLsCursor& cursor, JpegLsLine const& line,
                                  std::size_t first) {
  return kTripleLoops[model.parameters.is_usual() ? 1 : 0](model, cursor, line, first);
}

}  // namespace sightline::codec
