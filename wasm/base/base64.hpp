#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace sightline {

/// With padding. Source: RFC 4648 4.
std::string base64(std::span<std::byte const> bytes);
/// The URL-safe alphabet, without padding. Source: RFC 4648 5.
std::string base64url(std::span<std::byte const> bytes);

}  // namespace sightline
