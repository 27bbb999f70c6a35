// sl_digest_*: SHA-256 of what is not in the module whole; reader.wasm only.
#include <cstring>
#include <memory>
#include <new>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "bind/sl_abi.h"

struct SlDigest {
  sightline::Sha256 sha256;
};

namespace {

constexpr int32_t kInvalidArgument = static_cast<int32_t>(sightline::Errc::invalid_argument);

}  // namespace

extern "C" {

SlDigest* sl_digest_create(void) { return new (std::nothrow) SlDigest; }

void sl_digest_destroy(SlDigest* digest) { std::unique_ptr<SlDigest> const owned(digest); }

int32_t sl_digest_update(SlDigest* digest, const uint8_t* bytes, uint32_t length) {
  if (digest == nullptr || (bytes == nullptr && length != 0)) return kInvalidArgument;
  digest->sha256.update({reinterpret_cast<std::byte const*>(bytes), length});
  return 0;
}

int32_t sl_digest_finish(SlDigest* digest, uint8_t* out) {
  if (digest == nullptr || out == nullptr) return kInvalidArgument;
  sightline::Sha256Digest const value = digest->sha256.finish();
  std::memcpy(out, value.data(), value.size());
  return 0;
}

}  // extern "C"
