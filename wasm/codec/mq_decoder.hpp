#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// A context of the MQ decoder. Bits 16 to 31: its Q_e; bit 0: the more probable symbol; 1 to 6:
/// its row in table C.2.
using MqContext = std::uint32_t;

/// Table C.2: Q_e, the rows after a more and after a less probable symbol, and whether that turns
/// the symbols round.
struct MqRow {
  std::uint16_t probability;
  std::uint8_t after_more, after_less;
  bool turns;
};
inline constexpr std::array<MqRow, 47> kMqRows = {{
    {0x5601, 1, 1, true},    {0x3401, 2, 6, false},   {0x1801, 3, 9, false},
    {0x0ac1, 4, 12, false},  {0x0521, 5, 29, false},  {0x0221, 38, 33, false},
    {0x5601, 7, 6, true},    {0x5401, 8, 14, false},  {0x4801, 9, 14, false},
    {0x3801, 10, 14, false}, {0x3001, 11, 17, false}, {0x2401, 12, 18, false},
    {0x1c01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true},
    {0x5401, 16, 14, false}, {0x5101, 17, 15, false}, {0x4801, 18, 16, false},
    {0x3801, 19, 17, false}, {0x3401, 20, 18, false}, {0x3001, 21, 19, false},
    {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false},
    {0x1c01, 25, 22, false}, {0x1801, 26, 23, false}, {0x1601, 27, 24, false},
    {0x1401, 28, 25, false}, {0x1201, 29, 26, false}, {0x1101, 30, 27, false},
    {0x0ac1, 31, 28, false}, {0x09c1, 32, 29, false}, {0x08a1, 33, 30, false},
    {0x0521, 34, 31, false}, {0x0441, 35, 32, false}, {0x02a1, 36, 33, false},
    {0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false},
    {0x0085, 40, 37, false}, {0x0049, 41, 38, false}, {0x0025, 42, 39, false},
    {0x0015, 43, 40, false}, {0x0009, 44, 41, false}, {0x0005, 45, 42, false},
    {0x0001, 45, 43, false}, {0x5601, 46, 46, false},
}};

constexpr MqContext mq_context(std::uint32_t row, std::uint32_t symbol) {
  return std::uint32_t{kMqRows[row].probability} << 16 | row << 1 | symbol;
}
/// What each context becomes; by its seven low bits, after a more (a less) probable symbol.
struct MqNext {
  std::array<MqContext, 94> more{}, less{};
};
consteval MqNext make_mq_next() {
  MqNext next;
  for (std::uint32_t row = 0; row < kMqRows.size(); ++row) {
    for (std::uint32_t symbol = 0; symbol < 2; ++symbol) {
      next.more[row << 1 | symbol] = mq_context(kMqRows[row].after_more, symbol);
      next.less[row << 1 | symbol] =
          mq_context(kMqRows[row].after_less, symbol ^ (kMqRows[row].turns ? 1u : 0u));
    }
  }
  return next;
}
inline constexpr MqNext kMqNext = make_mq_next();

/// The MQ decoder with its registers in 64 bits, Chigh and A uppermost: so several bytes come in at
/// once, and renormalisation is a shift. After the last byte come ones, without end.
/// Source: ISO/IEC 15444-1 C.3.
class MqDecoder {
 public:
  explicit MqDecoder(std::span<std::byte const> bytes)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {
    fill();
    look_ahead();
  }

  [[gnu::always_inline]] unsigned decode(MqContext& context) {
    MqContext const now = context;
    std::uint64_t const less = std::uint64_t{now & 0xffff0000u} << 32;
    if (ahead_ >= less) {
      ahead_ -= less;
      return now & 1;
    }
    return renormalise(context, now, less);
  }

 private:
  /// Below it, fewer bits than a decision and its renormalisation look at would be left.
  static constexpr int kRefillAt = 32;
  static constexpr std::uint64_t kLeast = std::uint64_t{0x8000} << 48;  ///< A, once normalised.

  /// A decision after which A is too small, or that is the less probable one.
  [[gnu::always_inline]] unsigned renormalise(MqContext& context, MqContext now,
                                              std::uint64_t less) {
    std::uint64_t a = a_ + ahead_ - less;
    c_ += ahead_;
    // C.3.2: the intervals are exchanged where the less probable one is the larger.
    bool is_more = a < less;
    if (c_ < less) {
      a = less;
    } else {
      c_ -= less;
      is_more = !is_more;
    }
    context = (is_more ? kMqNext.more : kMqNext.less)[now & 127];
    int const shift = std::countl_zero(a);
    a_ = a << shift;
    c_ <<= shift;
    place_ += shift;
    if (place_ >= kRefillAt) fill();
    look_ahead();
    return (now & 1) ^ (is_more ? 0u : 1u);
  }

  void look_ahead() {
    ahead_ = std::min(a_ - kLeast, c_);
    a_ -= ahead_;
    c_ -= ahead_;
  }

  /// C.3.4: the byte after 0xFF has a bit for a carry in the place of its neighbour's last; from a
  /// marker on there are ones.
  [[gnu::always_inline]] void fill() {
    do {
      std::uint64_t byte = 0xff;
      if (next_ < end_ && !(after_ff_ && std::to_integer<unsigned>(*next_) > 0x8f)) {
        byte = std::to_integer<std::uint64_t>(*next_++);
        if (after_ff_) ++place_;
        after_ff_ = byte == 0xff;
      } else {
        next_ = end_;
      }
      c_ += byte << place_;
      place_ -= 8;
    } while (place_ >= 0);
  }

  std::byte const* next_;
  std::byte const* end_;
  std::uint64_t a_ = kLeast, c_ = 0;  ///< Both without `ahead_`.
  /// What more probable symbols may still take of A and C before either has an end: a decision is
  /// most often one comparison and one difference.
  std::uint64_t ahead_ = 0;
  int place_ = 55;  ///< where the next byte's last bit goes in c_
  bool after_ff_ = false;
};

}  // namespace sightline::codec
