#include "access/password.hpp"

#include <openssl/evp.h>

namespace sightline::server {
namespace {

Status derive(std::string_view password, PasswordHash const& hash, std::span<std::byte> key) {
  ScryptCost const& cost = hash.cost;
  bool const is_bounded = cost.log2_n >= kLeastLog2N && cost.log2_n <= kMostLog2N &&
                          cost.block == 8 && cost.parallel == 1;
  if (!is_bounded) return fail(Errc::invalid_argument, "a password hash of a cost out of bounds");
  std::uint64_t const n = std::uint64_t{1} << cost.log2_n;
  std::uint64_t const memory = 128 * std::uint64_t{cost.block} * (n + cost.parallel + 2);
  int const done = EVP_PBE_scrypt(password.data(), password.size(),
                                  reinterpret_cast<unsigned char const*>(hash.salt.data()),
                                  hash.salt.size(), n, cost.block, cost.parallel, memory,
                                  reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (done != 1) return fail(Errc::out_of_memory, "there is no memory to check a password");
  return {};
}

}  // namespace

Result<PasswordHash> hash_password(std::string_view password, ScryptCost cost) {
  PasswordHash hash{cost};
  if (auto const filled = fill_random(hash.salt); !filled) return std::unexpected(filled.error());
  if (auto const derived = derive(password, hash, hash.key); !derived)
    return std::unexpected(derived.error());
  return hash;
}

Result<bool> is_password(std::string_view password, PasswordHash const& hash) {
  std::array<std::byte, 32> key{};
  if (auto const derived = derive(password, hash, key); !derived)
    return std::unexpected(derived.error());
  return equal_secrets(key, hash.key);
}

}  // namespace sightline::server
