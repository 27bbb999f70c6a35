#include "codec/memory_parts.hpp"

#include <algorithm>

namespace sightline::codec {

std::byte* MemoryParts::part(std::size_t index) {
  if (index < released_ || index >= parts_.size()) return nullptr;
  auto& part = parts_[index];
  if (part == nullptr) part.reset(static_cast<std::byte*>(std::calloc(part_bytes_, 1)));
  return part.get();
}

void MemoryParts::release_before(std::size_t index) {
  for (; released_ < std::min(index, parts_.size()); ++released_) parts_[released_].reset();
}

void MemoryParts::move_to(std::vector<std::byte>& out, std::size_t bytes) {
  out.assign(bytes, std::byte{0});
  for (std::size_t index = 0; index < parts_.size() && index * part_bytes_ < bytes; ++index) {
    std::size_t const at = index * part_bytes_;
    auto const to = out.begin() + static_cast<std::ptrdiff_t>(at);
    if (parts_[index] != nullptr)
      std::copy_n(parts_[index].get(), std::min(part_bytes_, bytes - at), to);
    release_before(index + 1);
  }
}

}  // namespace sightline::codec
