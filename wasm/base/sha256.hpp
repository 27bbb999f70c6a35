#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sightline {

using Sha256Digest = std::array<std::byte, 32>;

/// Incremental SHA-256. Source: FIPS 180-4. Threads: one object, one thread.
class Sha256 {
 public:
  Sha256();
  void update(std::span<std::byte const> bytes);
  Sha256Digest finish();  ///< Call once.
 private:
  void block(std::byte const* p);
  std::array<std::uint32_t, 8> state_;
  std::array<std::byte, 64> tail_{};
  std::uint64_t length_bytes_ = 0;
};

Sha256Digest sha256(std::span<std::byte const> bytes);
/// 64 lower-case hex digits.
std::string to_hex(Sha256Digest const& digest);

}  // namespace sightline
