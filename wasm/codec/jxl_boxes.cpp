#include "codec/jxl_boxes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
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

bool begins_with_signature(std::span<std::byte const> bytes) {
  return bytes.size() >= kSignature.size() &&
         std::ranges::equal(bytes.first(kSignature.size()), std::as_bytes(std::span(kSignature)));
}

struct Box {
  std::span<std::byte const> type, body;
};

/// The box that the bytes begin with, which are then those behind it. Nothing where it is none that
/// is whole.
std::optional<Box> take_box(std::span<std::byte const>& bytes) {
  if (bytes.size() < 8) return std::nullopt;
  std::uint64_t size = big_endian(bytes.first(4));
  std::size_t header = 8;
  if (size == 1) {  // a length of 64 bits follows
    if (bytes.size() < 16) return std::nullopt;
    size = big_endian(bytes.subspan(8, 8));
    header = 16;
  } else if (size == 0) {
    size = bytes.size();
  }
  if (size < header || size > bytes.size()) return std::nullopt;
  auto const whole = bytes.first(static_cast<std::size_t>(size));
  bytes = bytes.subspan(whole.size());
  return Box{whole.subspan(4, 4), whole.subspan(header)};
}

}  // namespace

bool holds_recompressed_jpeg(std::span<std::byte const> bytes) {
  if (!begins_with_signature(bytes)) return false;
  while (auto const box = take_box(bytes))
    if (is_type(box->type, "jbrd")) return true;
  return false;
}

std::vector<std::byte> joined_codestream(std::span<std::byte const> bytes) {
  constexpr std::uint64_t kIsLast = 0x80000000;
  constexpr std::size_t kCounterBytes = 4;
  std::vector<std::byte> joined;
  if (!begins_with_signature(bytes)) return joined;
  std::uint64_t next = 0;
  while (auto const box = take_box(bytes)) {
    if (!is_type(box->type, "jxlp")) continue;
    if (box->body.size() < kCounterBytes) return {};
    std::uint64_t const counter = big_endian(box->body.first(kCounterBytes));
    if ((counter & ~kIsLast) != next++) return {};
    bool const is_last = (counter & kIsLast) != 0;
    if (is_last && next == 1) return {};
    auto const part = box->body.subspan(kCounterBytes);
    joined.insert(joined.end(), part.begin(), part.end());
    if (is_last) return joined;
  }
  return {};
}

}  // namespace sightline::codec
