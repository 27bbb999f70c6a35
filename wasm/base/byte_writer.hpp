#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sightline {

/// Appends integers of either byte order, text and bytes to a growing buffer.
/// Threads: one object, one thread.
class ByteWriter {
 public:
  ByteWriter() = default;
  explicit ByteWriter(std::size_t reserve_bytes) { bytes_.reserve(reserve_bytes); }

  void u8(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
  void u16_le(std::uint16_t value) { little_endian(value, 2); }
  void u32_le(std::uint32_t value) { little_endian(value, 4); }
  void u64_le(std::uint64_t value) { little_endian(value, 8); }
  void u16_be(std::uint16_t value) { big_endian(value, 2); }
  void u32_be(std::uint32_t value) { big_endian(value, 4); }
  void u64_be(std::uint64_t value) { big_endian(value, 8); }
  void bytes(std::span<std::byte const> value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  void text(std::string_view value) {
    bytes(std::as_bytes(std::span<char const>(value.data(), value.size())));
  }

  /// Overwrites a 32-bit field written earlier (a length known only afterwards).
  /// Returns false, and changes nothing, when the field does not lie in what was written.
  [[nodiscard]] bool patch_u32_be(std::size_t position, std::uint32_t value) {
    return patch(position, value, true);
  }
  [[nodiscard]] bool patch_u32_le(std::size_t position, std::uint32_t value) {
    return patch(position, value, false);
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::span<std::byte const> view() const { return bytes_; }
  /// Hands the buffer over and leaves the writer empty.
  [[nodiscard]] std::vector<std::byte> take() { return std::exchange(bytes_, {}); }

 private:
  void little_endian(std::uint64_t value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      bytes_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
    }
  }
  void big_endian(std::uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
      bytes_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
    }
  }
  [[nodiscard]] bool patch(std::size_t position, std::uint32_t value, bool big) {
    if (bytes_.size() < 4 || position > bytes_.size() - 4) return false;
    for (unsigned i = 0; i < 4; ++i) {
      unsigned const shift = 8 * (big ? 3 - i : i);
      bytes_[position + i] = static_cast<std::byte>(value >> shift & 0xff);
    }
    return true;
  }

  std::vector<std::byte> bytes_;
};

}  // namespace sightline
