#include "codec/jxl_boxes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace sightline::codec {
namespace {

/// The box every such file begins with: its length, "JXL ", and four bytes that a transfer as text
/// would change.
constexpr std::array<unsigned char, 12> kSignature = {0,   0,   0,    12,   'J',  'X',
                                                      'L', ' ', 0x0d, 0x0a, 0x87, 0x0a};

std::uint64_t big_endian(std::span<std::byte const> bytes) {
  std::uint64_t value = 0;
  for (std::byte const each : bytes) value = value << 8 | std::to_integer<std::uint64_t>(each);
  return value;
}

bool is_type(std::span<std::byte const> bytes, std::string_view type) {
  return std::ranges::equal(bytes, type, [](std::byte a, char b) {
    return std::to_integer<unsigned char>(a) == static_cast<unsigned char>(b);
  });
}

}  // namespace

bool holds_recompressed_jpeg(std::span<std::byte const> bytes) {
  if (bytes.size() < kSignature.size() ||
      !std::ranges::equal(bytes.first(kSignature.size()), std::as_bytes(std::span(kSignature))))
    return false;
  while (bytes.size() >= 8) {
    if (is_type(bytes.subspan(4, 4), "jbrd")) return true;
    std::uint64_t size = big_endian(bytes.first(4));
    std::uint64_t header = 8;
    if (size == 1) {  // a length of 64 bits follows
      if (bytes.size() < 16) return false;
      size = big_endian(bytes.subspan(8, 8));
      header = 16;
    }
    if (size < header || size > bytes.size()) return false;  // 0: to the file's end
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return false;
}

}  // namespace sightline::codec
