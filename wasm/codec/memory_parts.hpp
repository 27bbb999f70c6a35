#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace sightline::codec {

/// Memory in parts of one size, each made when it is first asked for, and let go of from the front
/// while others are still needed. Nothing throws but the constructor and move_to(): a library that
/// leaves by longjmp may ask.
class MemoryParts {
 public:
  explicit MemoryParts(std::size_t count) : parts_(count) {}

  /// Before the first part.
  void set_part_bytes(std::size_t bytes) { part_bytes_ = bytes; }
  /// Zero-filled when it is new. nullptr: no memory, none of the parts, or let go of.
  [[nodiscard]] std::byte* part(std::size_t index);
  void release_before(std::size_t index);
  /// Makes `out` that many bytes of them, one part after the other, and zeros where none was made;
  /// each is let go of once it is copied.
  void move_to(std::vector<std::byte>& out, std::size_t bytes);

 private:
  struct Free {
    void operator()(std::byte* part) const { std::free(part); }
  };

  std::size_t part_bytes_ = 0;
  std::size_t released_ = 0;  ///< that many from the front
  std::vector<std::unique_ptr<std::byte[], Free>> parts_;
};

}  // namespace sightline::codec
