#pragma once
#include <cstddef>
#include <cstdint>

#include <jxl/memory_manager.h>

#include "base/error.hpp"

namespace sightline::codec {

/// What libjxl may allocate for one frame. A stream of a few bytes can name hidden frames of any
/// size; images of samples are all that is large, and all of them are allocated here.
/// Lifetime: outlives the decoder that has its manager(). Threads: one.
class JxlMemory {
 public:
  explicit JxlMemory(std::uint64_t budget_bytes) : left_bytes_(budget_bytes) {}
  JxlMemory(JxlMemory const&) = delete;
  JxlMemory& operator=(JxlMemory const&) = delete;

  [[nodiscard]] JxlMemoryManager manager() { return {this, allocate, release}; }
  /// Why the last allocation failed: limit_exceeded, out_of_memory; ok when none did.
  [[nodiscard]] Errc failure() const { return failure_; }

 private:
  static void* allocate(void* self, std::size_t bytes);
  static void release(void* self, void* block);

  std::uint64_t left_bytes_;
  Errc failure_ = Errc::ok;
};

}  // namespace sightline::codec
