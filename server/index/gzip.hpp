#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "base/error.hpp"

namespace sightline::server {

/// Compresses to one gzip member. level 1 … 9. Errors: out_of_memory. Source: RFC 1952.
Result<std::string> gzip(std::span<std::byte const> bytes, int level);

/// The content of one gzip member of at most `max_bytes`. Errors: corrupt, limit_exceeded,
/// out_of_memory. Source: RFC 1952.
Result<std::string> gunzip(std::span<std::byte const> member, std::size_t max_bytes);

}  // namespace sightline::server
