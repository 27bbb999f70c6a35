#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/limits.hpp"
#include "base/sha256.hpp"
#include "blob/blob_store.hpp"

namespace sightline::server {
namespace {

constexpr std::uint64_t kPieceBytes = 1 << 20;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Result<std::vector<std::byte>> BlobReader::read_all() const {
  std::uint64_t const size = size_bytes();
  if (size > kDefaultLimits.max_whole_bytes)
    return fail(Errc::limit_exceeded, "object is too large to be read whole");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (auto const done = read(0, bytes); !done) return std::unexpected(done.error());
  return bytes;
}

RangedBytes BlobReader::ranges() const {
  return RangedBytes(size_bytes(), [this](std::uint64_t offset, std::span<std::byte> into) {
    return read(offset, into);
  });
}

Result<BlobHash> BlobReader::digest() const {
  std::unique_ptr<EVP_MD_CTX, FreeDigest> const digest(EVP_MD_CTX_new());
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1)
    return fail(Errc::out_of_memory, "cannot digest the object");
  std::vector<std::byte> piece(
      static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size_bytes())));
  for (std::uint64_t at = 0; at < size_bytes(); at += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min(kPieceBytes, size_bytes() - at)));
    if (auto const done = read(at, piece); !done) return std::unexpected(done.error());
    if (EVP_DigestUpdate(digest.get(), piece.data(), piece.size()) != 1)
      return fail(Errc::io, "cannot digest the object");
  }
  Sha256Digest value;
  unsigned length = 0;
  auto* const out = reinterpret_cast<unsigned char*>(value.data());
  if (EVP_DigestFinal_ex(digest.get(), out, &length) != 1 || length != value.size())
    return fail(Errc::io, "cannot digest the object");
  return to_hex(value);
}

}  // namespace sightline::server
