#include "net/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sightline::server {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Digits only; a number past 64 bits saturates, because "to the end" is what it means.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return UINT64_MAX;
  return value;
}

}  // namespace

RangeChoice choose_range(std::string_view range_header, std::uint64_t length_bytes) {
  std::string_view text = trim(range_header);
  constexpr std::string_view kUnit = "bytes=";
  if (text.size() < kUnit.size()) return WholeBody{};
  bool const is_bytes = std::equal(kUnit.begin(), kUnit.end(), text.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? b + 32 : b);
  });
  if (!is_bytes) return WholeBody{};
  text = trim(text.substr(kUnit.size()));
  if (text.find(',') != std::string_view::npos) return UnsatisfiableRange{};
  std::size_t const dash = text.find('-');
  if (dash == std::string_view::npos) return WholeBody{};
  std::string_view const from = text.substr(0, dash);
  std::string_view const to = text.substr(dash + 1);

  if (from.empty()) {
    std::optional<std::uint64_t> const suffix = parse_position(to);
    if (!suffix) return WholeBody{};
    if (*suffix == 0 || length_bytes == 0) return UnsatisfiableRange{};
    return ByteRange{length_bytes - std::min(*suffix, length_bytes), length_bytes};
  }
  std::optional<std::uint64_t> const first = parse_position(from);
  if (!first) return WholeBody{};
  std::uint64_t last = UINT64_MAX;
  if (!to.empty()) {
    std::optional<std::uint64_t> const given = parse_position(to);
    if (!given || *given < *first) return WholeBody{};
    last = *given;
  }
  if (*first >= length_bytes) return UnsatisfiableRange{};
  return ByteRange{*first, std::min(last, length_bytes - 1) + 1};
}

}  // namespace sightline::server
