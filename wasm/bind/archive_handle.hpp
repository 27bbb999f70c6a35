#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bind/handle.hpp"
#include "bind/page_file.hpp"
#include "local/archive.hpp"

/// What sl_archive_* and their ranged kin work on.
struct SlArchive : sightline::bind::Handle {
  sightline::Limits limits{.max_whole_bytes = sightline::bind::kMaxWholeBytes};
  sightline::local::Archive archive{limits};
  std::string text;
  std::vector<std::byte> bytes;
  std::vector<double> spans;
};

namespace sightline::bind {

/// The 32 bytes of a digest as text.
inline std::string hex(std::uint8_t const* sha256) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::uint8_t const byte : std::span(sha256, 32)) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace sightline::bind
