#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// Bits of passes that bypass the MQ coder: a byte after 0xFF has seven. After the last byte, or
/// from a marker on, come ones without end. Source: ISO/IEC 15444-1 D.6.
class RawBits {
 public:
  explicit RawBits(std::span<std::byte const> bytes)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  unsigned bit() {
    if (left_ == 0) fill();
    return byte_ >> --left_ & 1;
  }

 private:
  void fill() {
    bool const after_ff = byte_ == 0xff;
    left_ = 8;
    byte_ = 0xff;
    if (next_ == end_) return;
    auto const next = std::to_integer<unsigned>(*next_);
    if (after_ff && next > 0x8f) {
      next_ = end_;
      return;
    }
    ++next_;
    byte_ = next;
    if (after_ff) left_ = 7;
  }

  std::byte const* next_;
  std::byte const* end_;
  unsigned byte_ = 0, left_ = 0;
};

}  // namespace sightline::codec
