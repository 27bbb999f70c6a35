#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline::codec {

/// MagSgn: bits into bytes, first bit lowest; the byte after 0xFF carries seven. Decoders read ones
/// behind its end. Source: ISO/IEC 15444-15 7.1.2.
class HtMagSgnWriter {
 public:
  void clear() {
    bytes_.clear();
    byte_ = used_ = 0;
    capacity_ = 8;
  }
  void put(std::uint32_t bits, unsigned count) {
    while (count > 0) {
      unsigned const taken = std::min(count, capacity_ - used_);
      byte_ |= (bits & ((1u << taken) - 1)) << used_;
      used_ += taken;
      bits >>= taken;
      count -= taken;
      if (used_ == capacity_) next_byte();
    }
  }
  /// The segment, ended so that it has no 0xFF at its end.
  std::vector<std::uint8_t> const& finish() {
    if (used_ > 0) {
      byte_ |= (0xffu << used_) & ((1u << capacity_) - 1);
      if (byte_ != 0xff) next_byte();
    }
    if (!bytes_.empty() && bytes_.back() == 0xff) bytes_.pop_back();
    return bytes_;
  }

 private:
  void next_byte() {
    bytes_.push_back(static_cast<std::uint8_t>(byte_));
    capacity_ = byte_ == 0xff ? 7 : 8;
    byte_ = used_ = 0;
  }

  std::vector<std::uint8_t> bytes_;
  std::uint32_t byte_ = 0;
  unsigned used_ = 0, capacity_ = 8;
};

/// The adaptive run-length code of events; bits into bytes, first bit highest. Decoder's side:
/// HtMel. Source: ISO/IEC 15444-15 7.1.3, 7.3.3.
class HtMelWriter {
 public:
  void event(bool happened) {
    unsigned const exponent = kExponents[state_];
    if (happened) {
      bit(0);
      for (unsigned i = exponent; i-- > 0;) bit(run_ >> i & 1);
      run_ = 0;
      if (state_ > 0) --state_;
    } else if (++run_ == 1u << exponent) {
      bit(1);
      run_ = 0;
      if (state_ < 12) ++state_;
    }
  }
  /// A byte with seven bits is there even when it is empty: else what follows 0xFF could be more
  /// than 0x8F.
  std::vector<std::uint8_t> const& finish() {
    if (run_ > 0) bit(1);
    if (left_ < 8) bytes_.push_back(static_cast<std::uint8_t>(byte_ << left_));
    return bytes_;
  }
  void clear() {
    bytes_.clear();
    byte_ = run_ = state_ = 0;
    left_ = 8;
  }

 private:
  static constexpr std::uint8_t kExponents[13] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5};
  void bit(std::uint32_t value) {
    byte_ = byte_ << 1 | value;
    if (--left_ > 0) return;
    bytes_.push_back(static_cast<std::uint8_t>(byte_));
    left_ = byte_ == 0xff ? 7 : 8;
    byte_ = 0;
  }

  std::vector<std::uint8_t> bytes_;
  std::uint32_t byte_ = 0, run_ = 0;
  unsigned left_ = 8, state_ = 0;
};

/// VLC: bits into bytes that are read from the last to the first, first bit lowest; a byte whose
/// low bits are 0x7F carries seven after one over 0x8F. The lower half of the first byte is not
/// VLC's. Source: ISO/IEC 15444-15 7.1.4.
class HtVlcWriter {
 public:
  void put(std::uint32_t bits, unsigned count) {
    while (count > 0) {
      unsigned const taken = std::min(count, (after_large_ ? 7 : 8) - used_);
      byte_ |= (bits & ((1u << taken) - 1)) << used_;
      used_ += taken;
      bits >>= taken;
      count -= taken;
      if (used_ < (after_large_ ? 7u : 8u)) continue;
      if (after_large_ && byte_ != 0x7f) {
        after_large_ = false;  // its eighth bit may be used
        continue;
      }
      next_byte();
    }
  }
  /// In the order of reading.
  std::vector<std::uint8_t>& finish() {
    if (used_ > 0) next_byte();
    return bytes_;
  }
  void clear() {
    bytes_.clear();
    byte_ = 0x0f;
    used_ = 4;
    after_large_ = true;
  }

 private:
  void next_byte() {
    bytes_.push_back(static_cast<std::uint8_t>(byte_));
    after_large_ = byte_ > 0x8f;
    byte_ = used_ = 0;
  }

  std::vector<std::uint8_t> bytes_;
  std::uint32_t byte_ = 0x0f;
  unsigned used_ = 4;
  bool after_large_ = true;
};

}  // namespace sightline::codec
