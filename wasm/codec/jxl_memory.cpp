#include "codec/jxl_memory.hpp"

#include <cstdlib>
#include <cstring>

namespace sightline::codec {
namespace {

/// In front of each block stands its size; what malloc aligns to is kept.
constexpr std::size_t kHeadBytes = alignof(std::max_align_t);
static_assert(kHeadBytes >= sizeof(std::size_t));

}  // namespace

void* JxlMemory::allocate(void* self, std::size_t bytes) {
  auto& memory = *static_cast<JxlMemory*>(self);
  if (bytes > SIZE_MAX - kHeadBytes || bytes > memory.left_bytes_) {
    memory.failure_ = Errc::limit_exceeded;
    return nullptr;
  }
  auto* const head = static_cast<std::byte*>(std::malloc(bytes + kHeadBytes));
  if (head == nullptr) {
    memory.failure_ = Errc::out_of_memory;
    return nullptr;
  }
  memory.left_bytes_ -= bytes;
  std::memcpy(head, &bytes, sizeof(bytes));
  return head + kHeadBytes;
}

void JxlMemory::release(void* self, void* block) {
  if (block == nullptr) return;
  auto* const head = static_cast<std::byte*>(block) - kHeadBytes;
  std::size_t bytes = 0;
  std::memcpy(&bytes, head, sizeof(bytes));
  static_cast<JxlMemory*>(self)->left_bytes_ += bytes;
  std::free(head);
}

}  // namespace sightline::codec
