#include "wire/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"

namespace sightline::wire::json {
namespace {

// RFC 8259 7: the two-character escapes.
constexpr std::string_view kShortEscaped = "\"\\\b\f\n\r\t", kShortEscapes = "\"\\bfnrt";

void append_escape(std::string& out, unsigned code_unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[code_unit >> shift & 0xF];
}

template <class T>
std::string shortest(T value) {
  std::array<char, 32> text{};
  auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : std::string("0");
}

}  // namespace

std::string quote(std::string_view text) {
  std::string const valid = to_valid_utf8(text);
  std::string_view rest = valid;
  std::string out = "\"";
  while (!rest.empty()) {
    char const c = rest.front();
    if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      append_escape(out, 0x2000u | static_cast<unsigned char>(rest[2] & 0x3F));
      rest.remove_prefix(3);
      continue;
    }
    if (std::size_t const short_form = kShortEscaped.find(c);
        short_form != std::string_view::npos) {
      out += '\\';
      out += kShortEscapes[short_form];
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<') {
      append_escape(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
    rest.remove_prefix(1);
  }
  return out + '"';
}

std::string number(double value) { return std::isfinite(value) ? shortest(value) : "0"; }
std::string number(std::int64_t value) { return shortest(value); }
std::string boolean(bool value) { return value ? "true" : "false"; }

std::string array(std::span<std::string const> items) {
  std::string out = "[";
  for (std::string const& item : items) {
    if (out.size() > 1) out += ',';
    out += item;
  }
  return out + ']';
}

std::string const* Object::find(std::string_view key) const {
  auto const found =
      std::ranges::find_if(members_, [&](auto const& member) { return member.first == key; });
  return found != members_.end() ? &found->second : nullptr;
}

std::string Object::text() const {
  std::string out = "{";
  for (auto const& [key, value] : members_) {
    if (out.size() > 1) out += ',';
    out += '"';
    out += key;
    out += "\":";
    out += value;
  }
  return out + '}';
}

}  // namespace sightline::wire::json
