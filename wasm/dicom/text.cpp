#include "dicom/text.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcspchrs.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/utf8.hpp"
#include "dicom/dcmtk_setup.hpp"
#include "dicom/quirks.hpp"

namespace sightline::dicom {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr char kEscape = '\x1B';

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != kEscape; });
}

bool is_allowed(char c) {
  return static_cast<unsigned char>(c) >= 0x20 ? c != '\x7F' : c == '\t' || c == '\n' || c == '\r';
}

std::string_view without_padding(std::string_view text, TextKind kind) {
  auto const is_padding = [](char c) { return c == ' ' || c == '\0'; };
  while (!text.empty() && is_padding(text.back())) text.remove_suffix(1);
  while (kind != TextKind::paragraph && !text.empty() && is_padding(text.front()))
    text.remove_prefix(1);
  return text;
}

/// PS3.5 6.2.1.1: trailing null component groups, and the = before them, may be left out; so they
/// are.
std::string_view without_empty_groups(std::string_view name) {
  while (name.ends_with('=')) name.remove_suffix(1);
  return name;
}

std::string_view delimiters_of(TextKind kind) {
  switch (kind) {
    case TextKind::person_name: return "\\^=";
    case TextKind::single_line: return "\\";
    case TextKind::paragraph: return "";
  }
  return "";
}

/// PS3.5 6.1.2.5.3: these switch back to the first character set, whatever the VR.
bool ends_line(char c) { return c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

/// ISO 2022: intermediate bytes 2/0-2/15, then one final byte.
std::size_t escape_bytes(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x2F) ++end;
  return std::min(end + 1, text.size());
}

/// Kanji in G0: any byte may be the half of a character, so that only an escape sequence or the
/// line's end ends them. Source: PS3.5 6.1.2.5.3, H.1.
bool begins_kanji(std::string_view text) {
  return text.starts_with("\x1B$B") || text.starts_with("\x1B$(D");
}

/// Where text in one character set ends: before the next escape sequence or delimiter.
std::size_t piece_end(std::string_view text, std::string_view delimiters) {
  std::size_t end = text.starts_with(kEscape) ? escape_bytes(text) : 0;
  while (end < text.size() && text[end] != kEscape && !ends_line(text[end]) &&
         !delimiters.contains(text[end]))
    ++end;
  return end;
}

/// True when a byte that looks like a delimiter may be the second half of a character. Such a
/// character set has no escape sequences, so nothing ends at a delimiter. Source: PS3.5 6.1.2.3.
bool has_ascii_halves(std::string_view character_set) {
  return character_set == "GB18030" || character_set == "GBK";
}

/// Character sets of several bytes, which cannot be the first of several.
bool needs_escape(std::string_view name) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"ISO 2022 IR 87", "ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58"});
  return std::ranges::find(kNames, name) != kNames.end();
}

bool has_escapes(std::string_view name) { return name.starts_with("ISO 2022 IR "); }

/// The values of (0008,0005), spelling repaired.
std::vector<std::string> character_set_names(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    std::size_t const end = std::min(text.find('\\'), text.size());
    names.emplace_back(
        quirks::character_set_name(without_padding(text.substr(0, end), TextKind::single_line)));
    if (end == text.size()) return names;
    text.remove_prefix(end + 1);
  }
}

/// As PS3.3 C.12.1.1.2 has it. Quirks: one value that allows escape sequences ("ISO 2022 IR 100":
/// with itself as the second, "ISO 2022 IR 87": with ASCII as the first); several values by their
/// names without them ("ISO_IR 100\ISO_IR 144": as those with them).
std::string repaired_character_set(std::string_view text) {
  constexpr std::string_view kWithout = "ISO_IR ", kWith = "ISO 2022 IR ";
  std::vector<std::string> names = character_set_names(text);
  if (names.size() == 1 && !has_escapes(names.front())) return names.front();
  for (std::string& name : names) {
    if (name.starts_with(kWithout) && name != "ISO_IR 192") name.replace(0, kWithout.size(), kWith);
  }
  if (needs_escape(names.front())) names.insert(names.begin(), std::string());
  if (names.size() == 1) names.push_back(names.front());
  std::string repaired = names.front();
  for (std::string const& name : std::span(names).subspan(1)) repaired += '\\' + name;
  return repaired;
}

/// For text whose character set is not known: ASCII stays, escape sequences go, each other byte is
/// replaced.
std::string only_ascii(std::string_view text) {
  std::string ascii;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kEscape) {
      i += escape_bytes(text.substr(i)) - 1;
    } else if (static_cast<unsigned char>(text[i]) < 0x80) {
      ascii += text[i];
    } else {
      ascii += kReplacement;
    }
  }
  return ascii;
}

/// Quirk "Latin without a character set": where none is stated, letters of Western Europe between
/// others of ASCII are what they look like in Latin-1. Text of other scripts has more bytes above
/// ASCII than letters of it, or others than letters; what that is nobody knows. Empty: no such
/// text.
std::string latin_text(std::string_view text) {
  constexpr unsigned kFirstLetter = 0xC0, kTimes = 0xD7, kDivided = 0xF7;
  std::size_t ascii_letters = 0, others = 0;
  std::string latin;
  for (char const c : text) {
    unsigned const byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      ascii_letters += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? 1 : 0;
      latin += c;
      continue;
    }
    if (byte < kFirstLetter || byte == kTimes || byte == kDivided) return {};
    ++others;
    latin += {static_cast<char>(0xC0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3F))};
  }
  return others <= ascii_letters && !text.contains(kEscape) ? latin : std::string();
}

/// The planes above the first, which DCMTK's table of GB18030 lacks: they follow from the bytes.
/// Empty: another character. Source: GB 18030 4.
std::string supplementary_character(std::string_view bytes) {
  auto const within = [&](std::size_t i, unsigned least, unsigned most) {
    unsigned const byte = static_cast<unsigned char>(bytes[i]);
    return byte >= least && byte <= most;
  };
  if (bytes.size() != 4 || !within(0, 0x90, 0xE3) || !within(1, 0x30, 0x39) ||
      !within(2, 0x81, 0xFE) || !within(3, 0x30, 0x39))
    return {};
  auto const digit = [&](std::size_t i, unsigned base) {
    return static_cast<unsigned char>(bytes[i]) - base;
  };
  unsigned const code = 0x10000 +
                        ((digit(0, 0x90) * 10 + digit(1, 0x30)) * 126 + digit(2, 0x81)) * 10 +
                        digit(3, 0x30);
  if (code > 0x10FFFF) return {};
  return {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3F)),
          static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
}

}  // namespace

struct TextConverter::Tables {
  DcmSpecificCharacterSet converter;
};

TextConverter::TextConverter(std::string_view specific_character_set, Limits const& limits)
    : character_set_(repaired_character_set(specific_character_set)),
      max_bytes_(limits.max_text_bytes) {}
TextConverter::~TextConverter() = default;

std::string TextConverter::to_utf8(std::string_view value, TextKind kind) {
  value = without_padding(value.substr(0, max_bytes_), kind);
  std::string text = is_plain_ascii(value) ? std::string(value) : convert(value, kind);
  std::erase_if(text, [](char c) { return !is_allowed(c); });
  std::string_view shown = without_padding(text, kind);
  if (kind == TextKind::person_name) shown = without_empty_groups(shown);
  return to_valid_utf8(shown);
}

std::string TextConverter::to_utf8_verbatim(std::string_view value, TextKind kind) {
  return is_plain_ascii(value) ? std::string(value) : to_valid_utf8(convert(value, kind));
}

std::string TextConverter::convert(std::string_view value, TextKind kind) {
  if (!tables_) {
    set_up_dcmtk();
    tables_ = std::make_unique<Tables>();
    tables_usable_ = tables_->converter.selectCharacterSet(character_set_.c_str()).good();
  }
  if (!tables_usable_ || character_set_.empty()) {
    if (is_valid_utf8(value)) return std::string(value);
    std::string const latin = character_set_.empty() ? latin_text(value) : std::string();
    return latin.empty() ? only_ascii(value) : latin;
  }
  std::string_view const delimiters = has_ascii_halves(character_set_) ? "" : delimiters_of(kind);
  if (!value.contains(kEscape)) {
    if (auto converted = convert_all(value, delimiters)) return *converted;
  }
  return convert_pieces(value, delimiters);
}

std::optional<std::string> TextConverter::convert_all(std::string_view text,
                                                      std::string_view delimiters) {
  OFString converted;
  OFCondition const status =
      tables_->converter.convertString(text.data(), text.size(), converted, delimiters.data());
  if (status.bad()) return std::nullopt;
  return std::string(converted.c_str(), converted.length());
}

/// How many bytes the first character of GB18030, GBK or a set of one byte has. Source: GB 18030
/// 4.
std::size_t TextConverter::character_bytes(std::string_view text) const {
  if (!has_ascii_halves(character_set_)) return 1;
  auto const byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  if (byte(0) < 0x81 || byte(0) == 0xFF) return 1;
  bool const has_four = character_set_ == "GB18030" && byte(1) >= '0' && byte(1) <= '9';
  return std::min<std::size_t>(has_four ? 4 : 2, text.size());
}

/// A piece that cannot be converted as a whole, character by character.
std::string TextConverter::convert_characters(std::string_view piece) {
  if (character_set_ == "ISO_IR 192") return to_valid_utf8(piece);
  if (piece.contains(kEscape) || character_set_.contains('\\')) return only_ascii(piece);
  std::string text;
  while (!piece.empty()) {
    std::string_view const character = piece.substr(0, character_bytes(piece));
    std::string const supplementary = supplementary_character(character);
    text += supplementary.empty() ? convert_all(character, "").value_or(std::string(kReplacement))
                                  : supplementary;
    piece.remove_prefix(character.size());
  }
  return text;
}

/// Quirk "one escape sequence for all": text after a delimiter that the first character set does
/// not have is in the one that was on before. Fixture: dicom/text_test.cpp.
std::string TextConverter::convert_piece(std::string_view piece, std::string_view escape) {
  if (auto converted = convert_all(piece, "")) return *converted;
  if (!escape.empty() && !piece.contains(kEscape)) {
    if (auto converted = convert_all(std::string(escape).append(piece), "")) return *converted;
  }
  return convert_characters(piece);
}

/// Quirk "no escape sequence at all": what a set of two bytes in G1 has alone, beside ASCII, is in
/// it. Empty: more than one is stated, or another. Source: PS3.3 C.12.1.1.2, table C.12-4.
std::string_view implied_escape(std::string_view character_set) {
  if (character_set == "\\ISO 2022 IR 149") return "\x1B$)C";
  return character_set == "\\ISO 2022 IR 58" ? "\x1B$)A" : "";
}

/// One bad byte fails the whole of DCMTK's conversion, and after a character of two bytes it may
/// miss an escape sequence; so each piece in one character set is converted by itself.
std::string TextConverter::convert_pieces(std::string_view value, std::string_view delimiters) {
  std::string text;
  std::string_view escape = implied_escape(character_set_);
  while (!value.empty()) {
    std::size_t end = piece_end(value, delimiters);
    if (begins_kanji(value)) {
      std::size_t const kanji_end = piece_end(value, "");
      if (convert_all(value.substr(0, kanji_end), "")) end = kanji_end;
    }
    std::string_view const piece = value.substr(0, end);
    if (piece.starts_with(kEscape)) escape = piece.substr(0, escape_bytes(piece));
    text += convert_piece(piece, escape);
    value.remove_prefix(end);
    if (!value.empty() && value.front() != kEscape) {
      text += value.front();
      value.remove_prefix(1);
    }
  }
  return text;
}

std::string default_repertoire_text(std::string_view value, Limits const& limits) {
  std::string text =
      only_ascii(without_padding(value.substr(0, limits.max_text_bytes), TextKind::single_line));
  std::erase_if(text, [](char c) { return !is_allowed(c); });
  return std::string(without_padding(text, TextKind::single_line));
}

std::string either(std::string first, std::string second) {
  return first.empty() ? std::move(second) : std::move(first);
}

}  // namespace sightline::dicom
