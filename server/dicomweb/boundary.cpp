#include "dicomweb/boundary.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "base/sha256.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kSecretBytes = 16, kDigits = 32;

std::string named(std::string_view hex) {
  return "sightline-" + std::string(hex.substr(0, kDigits));
}

}  // namespace

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBoundaryBytes && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  std::string_view("'()+_,-./:=? ").contains(c);
         });
}

std::string random_boundary() {
  std::random_device device;  // the kernel's generator
  std::uniform_int_distribution<int> digit(0, 15);
  std::string hex(kDigits, '0');
  for (char& c : hex) c = "0123456789abcdef"[digit(device)];
  return named(hex);
}

Result<std::string> derive_boundary(std::span<std::byte const> secret,
                                    std::string_view content_id) {
  if (secret.size() < kSecretBytes) return fail(Errc::invalid_argument, "secret too short");
  // The secret's digest first, of fixed length: no other secret and id give the same input. Only
  // half of the outer digest is shown, so it cannot be extended.
  Sha256Digest const key = sha256(secret);
  Sha256 digest;
  digest.update(key);
  digest.update(std::as_bytes(std::span(content_id)));
  return named(to_hex(digest.finish()));
}

Result<std::string> boundary_of(MediaType const& content_type) {
  if (content_type.essence() != "multipart/related")
    return fail(Errc::unsupported, "not multipart/related");
  std::string const* boundary = content_type.find("boundary");
  if (!boundary || !is_boundary(*boundary)) return fail(Errc::corrupt, "no legal boundary");
  return *boundary;
}

}  // namespace sightline::server
