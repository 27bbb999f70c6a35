// The functions that both modules have and that need no decoder: version, memory, digests, error
// texts.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>

#include "base/sha256.hpp"
#include "bind/handle.hpp"
#include "bind/sl_abi.h"

namespace sightline::bind {

Handle& creation_failure() {
  static Handle failure;
  return failure;
}

}  // namespace sightline::bind

using sightline::Errc;

extern "C" {

int32_t sl_abi_version(void) { return SL_ABI_VERSION; }

void* sl_alloc(uint32_t bytes) { return std::malloc(bytes); }

void sl_free(void* pointer) { std::free(pointer); }

int32_t sl_sha256(const uint8_t* bytes, uint32_t length, uint8_t* out) {
  if ((bytes == nullptr && length != 0) || out == nullptr) {
    return static_cast<int32_t>(Errc::invalid_argument);
  }
  sightline::Sha256Digest const digest =
      sightline::sha256({reinterpret_cast<std::byte const*>(bytes), length});
  std::memcpy(out, digest.data(), digest.size());
  return 0;
}

int32_t sl_error_text(const void* handle, char* out, uint32_t cap) {
  if (out == nullptr || cap == 0) return 0;
  auto const* known = static_cast<sightline::bind::Handle const*>(handle);
  std::string const& text =
      known != nullptr ? known->error_text : sightline::bind::creation_failure().error_text;
  std::size_t const length = std::min<std::size_t>(text.size(), cap - 1);
  std::memcpy(out, text.data(), length);
  out[length] = '\0';
  return static_cast<int32_t>(length);
}

}  // extern "C"
