#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sightline::codec {

static_assert(std::endian::native == std::endian::little);

/// The bits of a segment of an HT code-block without its stuffing bits, first bit lowest, in a
/// buffer of its own that is filled up with zeros or ones: so reading is a load and a shift, at any
/// position and in any order. Bytes of a segment beyond the most are not read. Source: ISO/IEC
/// 15444-15 7.1.2 to 7.1.5.
template <std::size_t MostInput, std::size_t MostFilling>
class HtBits {
 public:
  /// Bits from a position on; 57 of them are right. The position is at most limit_bits().
  [[nodiscard]] std::uint64_t at(std::size_t position) const {
    std::uint64_t word;
    std::memcpy(&word, bytes_ + (position >> 3), sizeof(word));
    return word >> (position & 7);
  }
  [[nodiscard]] std::uint8_t const* data() const { return bytes_; }
  /// Where the segment's own bits end.
  [[nodiscard]] std::size_t size_bits() const { return size_bits_; }

  /// MagSgn and SigProp: bytes in order; the one after 0xFF has seven bits. After the end come
  /// `filling` bytes of `fill`.
  void unstuff_forward(std::span<std::byte const> in, std::uint8_t fill, std::size_t filling) {
    begin();
    std::size_t const count = std::min(in.size(), MostInput);
    std::size_t i = 0;
    bool after_ff = false;
    while (i < count) {
      if (!after_ff && i + 8 <= count) {
        std::uint64_t word;
        std::memcpy(&word, in.data() + i, sizeof(word));
        // A byte of 0xFF is a zero byte of ~word: the lowest one is found rightly.
        std::uint64_t const zero = ~word;
        std::uint64_t const found = (zero - kLow) & ~zero & kHigh;
        if (found == 0) {
          append_word(word);
          i += 8;
          continue;
        }
        // What comes before it goes in one step; it itself below.
        unsigned const before = static_cast<unsigned>(std::countr_zero(found)) & ~7u;
        append(word & ((std::uint64_t{1} << before) - 1), before);
        i += before >> 3;
      }
      auto const byte = std::to_integer<std::uint32_t>(in[i++]);
      append(byte, after_ff ? 7 : 8);
      after_ff = byte == 0xff;
    }
    finish(fill, filling);
  }

  /// VLC and MagRef: bytes from the last to the first; one whose low bits are 0x7F has seven bits
  /// after one over 0x8F. `head` bits come before them (VLC: the upper half of a byte).
  void unstuff_backward(std::span<std::byte const> in, std::uint32_t head, unsigned head_bits,
                        bool after_large, std::size_t filling) {
    begin();
    append(head, head_bits);
    std::size_t left = in.size();
    std::size_t const stop = left - std::min(left, MostInput);
    while (left > stop) {
      if (left >= stop + 8) {
        std::uint64_t word;
        std::memcpy(&word, in.data() + left - 8, sizeof(word));
        // 0x7F in a byte's low bits: adding one carries into its bit 7.
        if ((((word & ~kHigh) + kLow) & kHigh) == 0) {
          append_word(__builtin_bswap64(word));
          after_large = (word & 0xff) > 0x8f;
          left -= 8;
          continue;
        }
      }
      auto const byte = std::to_integer<std::uint32_t>(in[--left]);
      append(byte, after_large && (byte & 0x7f) == 0x7f ? 7 : 8);
      after_large = byte > 0x8f;
    }
    finish(0, filling);
  }

 private:
  static constexpr std::uint64_t kLow = 0x0101010101010101u, kHigh = 0x8080808080808080u;
  void begin() {
    word_ = 0;
    fill_ = 0;
    out_ = bytes_;
  }
  /// `count` is at most 8 x 7; a stuffing bit that is set though it must not be goes where the next
  /// bit goes, as in other decoders.
  void append(std::uint64_t bits, unsigned count) {
    word_ |= bits << fill_;
    fill_ += count;
    if (fill_ < 64) return;
    std::memcpy(out_, &word_, sizeof(word_));
    out_ += 8;
    fill_ -= 64;
    unsigned const used = count - fill_;
    word_ = used < 64 ? bits >> used : 0;
  }
  void append_word(std::uint64_t bits) {
    std::uint64_t const whole = word_ | bits << fill_;
    std::memcpy(out_, &whole, sizeof(whole));
    out_ += 8;
    word_ = fill_ == 0 ? 0 : bits >> (64 - fill_);
  }
  void finish(std::uint8_t fill, std::size_t filling) {
    size_bits_ = static_cast<std::size_t>(out_ - bytes_) * 8 + fill_;
    if (fill != 0) word_ |= ~std::uint64_t{0} << fill_;
    std::memcpy(out_, &word_, sizeof(word_));
    std::memset(out_ + 8, fill, std::min(filling, MostFilling) + 8);
  }

  std::uint64_t word_ = 0;
  unsigned fill_ = 0;
  std::uint8_t* out_ = bytes_;
  std::size_t size_bits_ = 0;
  alignas(16) std::uint8_t bytes_[MostInput + MostFilling + 32] = {};
};

}  // namespace sightline::codec
