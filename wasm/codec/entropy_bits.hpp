#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace sightline::codec {

static_assert(std::endian::native == std::endian::little);

/// Where entropy-coded bits are read: a load and a shift, at any position.
struct BitWindow {
  std::byte const* end = nullptr;  ///< the stream's first byte lies before it, the next before that

  /// Bits from a position on, the first one highest; 57 of them are right.
  [[nodiscard]] std::uint64_t at(std::size_t position) const {
    std::uint64_t bits;
    std::memcpy(&bits, end - sizeof(bits) - (position >> 3), sizeof(bits));
    return bits << (position & 7);
  }
};

/// The bits of a scan (or a restart interval) of JPEG or JPEG-LS without what is stuffed after each
/// 0xFF, some units at a time: so reading within a unit needs no look at any end. After the scan's
/// last bit come zeros. A byte after 0xFF has BitsAfterFf bits, and one that needs more is a
/// marker. Source: ISO/IEC 10918-1 F.1.2.3 (0 bits), ISO/IEC 14495-1 A.1 (7 bits).
template <unsigned BitsAfterFf>
class EntropyBits {
 public:
  /// `bytes` begin behind a scan's header; a unit takes at most `unit_bits`.
  EntropyBits(std::span<std::byte const> bytes, std::size_t unit_bits)
      : bytes_(bytes),
        unit_words_(unit_bits / 32 + kSlackWords),
        words_(2 * unit_words_ + std::min(kChunkWords, bytes.size() / 4 + 1)) {}

  /// Before each unit: all the bits that it may take are there from now on.
  void begin_unit() {
    if (has_ended_ || filled_ >= position_ / 32 + unit_words_) return;
    refill();
  }
  /// After each unit: whether bits were taken that are not there.
  [[nodiscard]] bool has_overrun() const { return position_ > size_bits(); }
  /// After the last unit: bits up to the marker; more than a unit's where they were not yet seen.
  [[nodiscard]] std::size_t bits_left() {
    if (!has_ended_) refill();
    return has_overrun() ? SIZE_MAX : size_bits() - position_;
  }
  /// Passes over what is left of the bits. False: no marker ends them.
  [[nodiscard]] bool seek_marker() {
    while (!has_ended_) {
      if (next_ + 1 >= bytes_.size()) return false;
      bool const is_ff = bytes_[next_] == std::byte{0xff};
      auto const after = std::to_integer<unsigned>(bytes_[next_ + 1]);
      has_ended_ = has_marker_ = is_ff && after != 0xff && after >> BitsAfterFf != 0;
      if (!has_marker_) ++next_;
    }
    return has_marker_;
  }
  /// Whether a marker ends the bits, and where its 0xFF is; once bits_left() has seen the end.
  [[nodiscard]] bool has_marker() const { return has_marker_; }
  [[nodiscard]] std::size_t marker() const { return next_; }
  /// Goes on behind the two bytes of that marker.
  void skip_marker() {
    next_ += 2;
    has_ended_ = has_marker_ = after_ff_ = false;
    held_ = 0;
    held_bits_ = 0;
    filled_ = position_ = padding_ = 0;
  }

  [[nodiscard]] BitWindow window() const {
    return {reinterpret_cast<std::byte const*>(words_.data() + words_.size())};
  }
  [[nodiscard]] std::size_t position() const { return position_; }
  void set_position(std::size_t position) { position_ = position; }

 private:
  /// B.1.1.2: any number of bytes of 0xFF may come before a marker. IJG's library passes over those
  /// before a stuffed zero, too.
  static constexpr bool kHasFill = BitsAfterFf == 0;
  static constexpr std::size_t kSlackWords = 4;
  static constexpr std::size_t kChunkWords = 4096;

  [[nodiscard]] std::size_t size_bits() const { return std::size_t{32} * filled_ - padding_; }
  /// Words are stored from the end on: bits that follow each other lie in one load.
  void store(std::uint32_t word) { words_[words_.size() - ++filled_] = word; }

  /// Drops what was read, and fills up all but the room for the zeros that a unit may look at.
  void refill() {
    std::size_t const done = position_ / 32;
    std::size_t const kept = filled_ > done ? filled_ - done : 0;
    std::uint32_t* const end = words_.data() + words_.size();
    std::memmove(end - kept, end - done - kept, kept * sizeof(std::uint32_t));
    filled_ = kept;
    position_ -= 32 * done;
    unstuff(words_.size() - unit_words_);
    if (has_ended_) std::memset(words_.data(), 0, (words_.size() - filled_) * sizeof(words_[0]));
  }

  void push(std::uint32_t bits, unsigned count) {
    held_ = held_ << count | bits;
    held_bits_ += count;
    if (held_bits_ < 32) return;
    held_bits_ -= 32;
    store(static_cast<std::uint32_t>(held_ >> held_bits_));
  }
  void end(bool has_marker) {
    has_ended_ = true;
    has_marker_ = has_marker;
    if (held_bits_ == 0) return;
    padding_ = 32 - held_bits_;
    store(static_cast<std::uint32_t>(held_ << padding_));
  }

  void unstuff(std::size_t most_words) {
    while (filled_ < most_words) {
      if (!after_ff_ && next_ + 4 <= bytes_.size()) {
        std::uint32_t word;
        std::memcpy(&word, bytes_.data() + next_, sizeof(word));
        // A byte of 0xFF is a zero byte of ~word.
        if (((~word - 0x01010101u) & word & 0x80808080u) == 0) {
          held_ = held_ << 32 | std::byteswap(word);
          store(static_cast<std::uint32_t>(held_ >> held_bits_));
          next_ += 4;
          continue;
        }
      }
      if (next_ >= bytes_.size()) return end(false);
      auto const byte = std::to_integer<std::uint32_t>(bytes_[next_]);
      bool const is_ff = byte == 0xff;
      if (is_ff) {
        if (next_ + 1 >= bytes_.size()) return end(false);
        auto const after = std::to_integer<unsigned>(bytes_[next_ + 1]);
        if (kHasFill && after == 0xff) {
          ++next_;
          continue;
        }
        if (after >> BitsAfterFf != 0) return end(true);
      }
      push(byte, after_ff_ ? BitsAfterFf : 8);
      after_ff_ = is_ff && !after_ff_;
      ++next_;
    }
  }

  std::span<std::byte const> bytes_;
  std::size_t next_ = 0;  ///< in bytes_
  bool after_ff_ = false, has_ended_ = false, has_marker_ = false;
  std::uint64_t held_ = 0;
  unsigned held_bits_ = 0;  ///< fewer than 32
  std::size_t unit_words_;
  std::vector<std::uint32_t> words_;
  std::size_t filled_ = 0;    ///< of words_, from its end
  std::size_t position_ = 0;  ///< bits read
  std::size_t padding_ = 0;   ///< bits of the last word that are not the scan's
};

using JpegLsBits = EntropyBits<7>;
using JpegBits = EntropyBits<0>;

}  // namespace sightline::codec
