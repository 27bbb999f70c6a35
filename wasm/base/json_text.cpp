#include "base/json_text.hpp"

#include "base/utf8.hpp"

namespace sightline {
namespace {

// RFC 8259 7: the two-character escapes.
constexpr std::string_view kShortEscaped = "\"\\\b\f\n\r\t", kShortEscapes = "\"\\bfnrt";

void append_escape(std::string& out, unsigned code_unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[code_unit >> shift & 0xF];
}

}  // namespace

std::string json_quote(std::string_view text) {
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

}  // namespace sightline
