#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// Bits of a packet header, most significant first; a byte after 0xFF carries seven.
/// Past the end it gives zeros and failed() becomes true. Source: ISO/IEC 15444-1 B.10.1.
class PacketBits {
 public:
  PacketBits(std::span<std::byte const> bytes, std::size_t position)
      : bytes_(bytes), position_(position) {}

  std::uint32_t bit() {
    if (left_ == 0) {
      left_ = current_ == 0xff ? 7 : 8;
      if (position_ < bytes_.size()) {
        current_ = std::to_integer<std::uint32_t>(bytes_[position_++]);
      } else {
        current_ = 0;
        failed_ = true;
      }
    }
    --left_;
    return current_ >> left_ & 1;
  }
  /// count is at most 32.
  std::uint32_t bits(unsigned count) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i) value = value << 1 | bit();
    return value;
  }
  /// Leaves the header: skips the rest of the byte, and the stuffed byte after a final 0xFF.
  std::size_t finish() {
    if (current_ == 0xff) {
      left_ = 0;
      (void)bit();
    }
    return position_;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::span<std::byte const> bytes_;
  std::size_t position_;
  std::uint32_t current_ = 0;
  unsigned left_ = 0;
  bool failed_ = false;
};

}  // namespace sightline::codec
