#pragma once
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/sha256.hpp"

namespace sightline::server {

/// A key that only this process has.
using ProcessKey = std::array<std::byte, 32>;

/// From OpenSSL's generator. Errors: io (the system has no randomness).
Status fill_random(std::span<std::byte> bytes);

/// 256 random bits as 43 characters of base64url: what a client holds of a session or an API token.
/// The server keeps digest_of() it. Errors: io.
Result<std::string> make_token();
Sha256Digest digest_of(std::string_view token);

/// HMAC-SHA-256 of the texts, each with its length, so that "ab", "c" is not "a", "bc".
/// Source: RFC 2104.
Sha256Digest keyed_digest(ProcessKey const& key, std::initializer_list<std::string_view> texts);

/// Takes as long wherever the bytes differ. Ranges of different length are different.
bool equal_secrets(std::span<std::byte const> a, std::span<std::byte const> b);

std::string hex_of(std::span<std::byte const> bytes);
/// Lower-case digits that fill `bytes` exactly; false leaves it unspecified.
bool read_hex(std::string_view text, std::span<std::byte> bytes);

}  // namespace sightline::server
