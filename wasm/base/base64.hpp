#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sightline {

/// With padding. Source: RFC 4648 4.
std::string base64(std::span<std::byte const> bytes);
/// The URL-safe alphabet, without padding. Source: RFC 4648 5.
std::string base64url(std::span<std::byte const> bytes);
/// The bytes of padded base64 as text; nothing when it is not exactly that. Source: RFC 4648 4.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace sightline
