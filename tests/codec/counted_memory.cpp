#include "counted_memory.hpp"

#include <malloc.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<std::size_t> live_bytes = 0, most_bytes = 0;

void* counted(void* block) {
  if (block == nullptr) return block;
  std::size_t const now = live_bytes += malloc_usable_size(block);
  if (now > most_bytes) most_bytes = now;
  return block;
}

void uncount(void* block) {
  if (block != nullptr) live_bytes -= malloc_usable_size(block);
}

}  // namespace

// glibc's own, under the names that it keeps for who replaces them.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) { return counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return counted(__libc_calloc(count, size)); }
void* realloc(void* block, std::size_t size) {
  uncount(block);
  return counted(__libc_realloc(block, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return counted(__libc_memalign(alignment, size));
}
void* memalign(std::size_t alignment, std::size_t size) { return aligned_alloc(alignment, size); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = aligned_alloc(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
void free(void* block) {
  uncount(block);
  __libc_free(block);
}
}

namespace sightline::test {

std::size_t most_allocated(std::function<void()> const& work) {
  std::size_t const before = live_bytes;
  most_bytes = before;
  work();
  return most_bytes - before;
}

}  // namespace sightline::test
