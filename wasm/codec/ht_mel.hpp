#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// The adaptive run-length code that tells which quads without significant neighbours have a
/// significant sample. After its end it reads ones. Source: ISO/IEC 15444-15 7.1.3, 7.3.3.
class HtMel {
 public:
  /// All but the last byte of what MEL and VLC share; in its own last byte only the upper half can
  /// be MEL's.
  explicit HtMel(std::span<std::byte const> bytes) : bytes_(bytes) {}

  bool event() {
    if (zeros_ == 0 && !has_one_) next_run();
    if (zeros_ > 0) {
      --zeros_;
      return false;
    }
    has_one_ = false;
    return true;
  }

 private:
  void next_run() {
    constexpr std::uint8_t kExponents[13] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5};
    unsigned const exponent = kExponents[state_];
    if (bit() != 0) {
      zeros_ = 1u << exponent;
      if (state_ < 12) ++state_;
      return;
    }
    zeros_ = 0;
    for (unsigned i = 0; i < exponent; ++i) zeros_ = zeros_ << 1 | bit();
    has_one_ = true;
    if (state_ > 0) --state_;
  }

  std::uint32_t bit() {
    if (left_ == 0) {
      left_ = byte_ == 0xff ? 7 : 8;
      byte_ = 0xff;
      if (next_ < bytes_.size()) {
        byte_ = std::to_integer<std::uint32_t>(bytes_[next_++]);
        if (next_ == bytes_.size()) byte_ |= 0x0f;
      }
    }
    --left_;
    return byte_ >> left_ & 1;
  }

  std::span<std::byte const> bytes_;
  std::size_t next_ = 0;
  std::uint32_t byte_ = 0, left_ = 0, zeros_ = 0;
  unsigned state_ = 0;
  bool has_one_ = false;
};

}  // namespace sightline::codec
