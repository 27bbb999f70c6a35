#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "access/secret.hpp"

namespace sightline::server {

/// What one check costs: 128 * block * 2^log2_n bytes of memory, and with the defaults (128 MiB)
/// some tenths of a second. Source: RFC 7914 2.
struct ScryptCost {
  unsigned log2_n = 17, block = 8, parallel = 1;
};
/// Costs that a credential file may ask for: below is no protection, above is no server (1 GiB).
inline constexpr unsigned kLeastLog2N = 14, kMostLog2N = 20;

/// What is kept of a password.
struct PasswordHash {
  ScryptCost cost;
  std::array<std::byte, 16> salt{};
  std::array<std::byte, 32> key{};
};

inline constexpr std::size_t kLeastPasswordBytes = 12, kMostPasswordBytes = 1024;

/// With a salt of its own. Errors: io (no randomness), out_of_memory, invalid_argument (a cost out
/// of bounds).
Result<PasswordHash> hash_password(std::string_view password, ScryptCost cost = {});

/// Takes as long for every password. Errors: out_of_memory, invalid_argument.
Result<bool> is_password(std::string_view password, PasswordHash const& hash);

}  // namespace sightline::server
