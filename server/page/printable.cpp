#include "page/printable.hpp"

#include <glib.h>

#include <algorithm>

namespace sightline::server {
namespace {

/// The bytes of the character that begins here, 0: none does. Source: RFC 3629 3.
std::size_t character_length(std::string_view text) {
  auto const lead = static_cast<unsigned char>(text.front());
  std::size_t const length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  bool const is_one = length > 0 && length <= text.size() &&
                      g_utf8_validate(text.data(), static_cast<gssize>(length), nullptr);
  return is_one ? length : 0;
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  constexpr gunichar kLineSeparator = 0x2028, kParagraphSeparator = 0x2029, kByteOrder = 0xFEFF;
  std::string out;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == most) return out + "\xE2\x80\xA6";
    std::size_t const length = character_length(text);
    std::string_view const character = text.substr(0, std::max<std::size_t>(length, 1));
    gunichar const code = length > 0 ? g_utf8_get_char(character.data()) : kByteOrder;
    bool const is_shown = !g_unichar_iscntrl(code) && code != kLineSeparator &&
                          code != kParagraphSeparator && code != kByteOrder;
    out += is_shown ? character : kReplacement;
    text.remove_prefix(character.size());
  }
  return out;
}

}  // namespace sightline::server
