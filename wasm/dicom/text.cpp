#include "dicom/text.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcspchrs.h>

#include <algorithm>

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

/// True when a byte that looks like a delimiter may be the second half of a character. Such a
/// character set has no escape sequences, so nothing ends at a delimiter. Source: PS3.5 6.1.2.3.
bool has_ascii_halves(std::string_view character_set) {
  return character_set == "GB18030" || character_set == "GBK";
}

/// Every value of (0008,0005) with its spelling repaired.
std::string repaired_character_set(std::string_view text) {
  std::string repaired;
  while (true) {
    std::size_t const end = std::min(text.find('\\'), text.size());
    repaired +=
        quirks::character_set_name(without_padding(text.substr(0, end), TextKind::single_line));
    if (end == text.size()) return repaired;
    repaired += '\\';
    text.remove_prefix(end + 1);
  }
}

/// For text whose character set is not known: ASCII stays, escape sequences go, each other byte is
/// replaced.
std::string only_ascii(std::string_view text) {
  std::string ascii;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kEscape) {
      // ISO 2022: intermediate bytes 2/0-2/15, then one final byte.
      while (i + 1 < text.size() && text[i + 1] >= 0x20 && text[i + 1] <= 0x2F) ++i;
      ++i;
    } else if (static_cast<unsigned char>(text[i]) < 0x80) {
      ascii += text[i];
    } else {
      ascii += kReplacement;
    }
  }
  return ascii;
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
  if (!tables_usable_ || character_set_.empty())
    return is_valid_utf8(value) ? std::string(value) : only_ascii(value);
  std::string_view const delimiters = has_ascii_halves(character_set_) ? "" : delimiters_of(kind);
  OFString converted;
  OFCondition const status =
      tables_->converter.convertString(value.data(), value.size(), converted, delimiters.data());
  if (status.bad()) return convert_piecewise(value, delimiters);
  return std::string(converted.c_str(), converted.length());
}

/// One bad byte fails the whole of DCMTK's conversion; so each piece between delimiters is tried by
/// itself.
std::string TextConverter::convert_piecewise(std::string_view value, std::string_view delimiters) {
  std::string text;
  while (!value.empty()) {
    std::size_t const end = std::min(value.find_first_of(delimiters), value.size());
    std::string_view const piece = value.substr(0, end);
    OFString converted;
    bool const good =
        tables_->converter.convertString(piece.data(), piece.size(), converted, "").good();
    text += good ? std::string(converted.c_str(), converted.length()) : only_ascii(piece);
    if (end < value.size()) text += value[end];
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return text;
}

std::string default_repertoire_text(std::string_view value, Limits const& limits) {
  std::string text =
      only_ascii(without_padding(value.substr(0, limits.max_text_bytes), TextKind::single_line));
  std::erase_if(text, [](char c) { return !is_allowed(c); });
  return std::string(without_padding(text, TextKind::single_line));
}

}  // namespace sightline::dicom
