#include "access/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/base64.hpp"

namespace sightline::server {
namespace {

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

Status fill_random(std::span<std::byte> bytes) {
  auto* const target = reinterpret_cast<unsigned char*>(bytes.data());
  if (RAND_bytes(target, static_cast<int>(bytes.size())) != 1)
    return fail(Errc::io, "the system has no randomness");
  return {};
}

Result<std::string> make_token() {
  std::array<std::byte, 32> secret{};
  if (auto const filled = fill_random(secret); !filled) return std::unexpected(filled.error());
  return base64url(secret);
}

Sha256Digest digest_of(std::string_view token) { return sha256(bytes_of(token)); }

Sha256Digest keyed_digest(ProcessKey const& key, std::initializer_list<std::string_view> texts) {
  std::string message;
  for (std::string_view const text : texts) {
    for (std::size_t shift = 0; shift < 64; shift += 8)
      message.push_back(static_cast<char>(static_cast<std::uint64_t>(text.size()) >> shift));
    message.append(text);
  }
  Sha256Digest digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<unsigned char const*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  OPENSSL_cleanse(message.data(), message.size());
  return digest;
}

bool equal_secrets(std::span<std::byte const> a, std::span<std::byte const> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex_of(std::span<std::byte const> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::byte const byte : bytes) {
    text.push_back(kDigits[std::to_integer<unsigned>(byte) >> 4]);
    text.push_back(kDigits[std::to_integer<unsigned>(byte) & 15U]);
  }
  return text;
}

bool read_hex(std::string_view text, std::span<std::byte> bytes) {
  if (text.size() != bytes.size() * 2) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    int const high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

}  // namespace sightline::server
