#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace sightline {

/// Reads integers of either byte order from a span, never past its end.
///
/// Failure is sticky: the first read that does not fit makes failed() true, and from then on every
/// read gives 0 (or an empty span) and moves nothing. So a header is read field by field and
/// checked once; a count that was read must be checked before it bounds a loop or an allocation.
/// Lifetime: the span must outlive the reader. Threads: one object, one thread.
class ByteReader {
 public:
  explicit constexpr ByteReader(std::span<std::byte const> bytes) : bytes_(bytes) {}

  [[nodiscard]] constexpr bool failed() const { return failed_; }
  [[nodiscard]] constexpr std::size_t position() const { return position_; }
  [[nodiscard]] constexpr std::size_t remaining() const {
    return failed_ ? 0 : bytes_.size() - position_;
  }
  [[nodiscard]] constexpr bool at_end() const { return remaining() == 0; }

  constexpr std::uint8_t u8() { return big_endian<std::uint8_t>(); }
  constexpr std::uint16_t u16_le() { return little_endian<std::uint16_t>(); }
  constexpr std::uint32_t u32_le() { return little_endian<std::uint32_t>(); }
  constexpr std::uint64_t u64_le() { return little_endian<std::uint64_t>(); }
  constexpr std::uint16_t u16_be() { return big_endian<std::uint16_t>(); }
  constexpr std::uint32_t u32_be() { return big_endian<std::uint32_t>(); }
  constexpr std::uint64_t u64_be() { return big_endian<std::uint64_t>(); }

  /// The next `count` bytes as a view into the input; empty, and failed(), when there are fewer.
  constexpr std::span<std::byte const> bytes(std::uint64_t count) {
    if (!take(count)) return {};
    return bytes_.subspan(position_ - static_cast<std::size_t>(count),
                          static_cast<std::size_t>(count));
  }
  constexpr void skip(std::uint64_t count) { (void)take(count); }
  /// All that is left.
  constexpr std::span<std::byte const> rest() { return bytes(remaining()); }
  /// Goes to an absolute position; fails past the end. A failed reader stays failed.
  constexpr void seek(std::uint64_t position) {
    if (failed_ || position > bytes_.size()) {
      failed_ = true;
      return;
    }
    position_ = static_cast<std::size_t>(position);
  }

  /// Ok, or Errc::truncated at the position of the read that did not fit.
  [[nodiscard]] Status status(std::string detail) const {
    if (failed_) return fail(Errc::truncated, std::move(detail), position_);
    return {};
  }

 private:
  constexpr bool take(std::uint64_t count) {
    if (failed_ || count > bytes_.size() - position_) {
      failed_ = true;
      return false;
    }
    position_ += static_cast<std::size_t>(count);
    return true;
  }
  template <std::unsigned_integral T>
  constexpr T little_endian() {
    if (!take(sizeof(T))) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value |= std::to_integer<std::uint64_t>(bytes_[position_ - sizeof(T) + i]) << (8 * i);
    }
    return static_cast<T>(value);
  }
  template <std::unsigned_integral T>
  constexpr T big_endian() {
    if (!take(sizeof(T))) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = value << 8 | std::to_integer<std::uint64_t>(bytes_[position_ - sizeof(T) + i]);
    }
    return static_cast<T>(value);
  }

  std::span<std::byte const> bytes_;
  std::size_t position_ = 0;
  bool failed_ = false;
};

}  // namespace sightline
