#include "index/search_text.hpp"

#include <cstddef>

namespace sightline::server {
namespace {

bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '^' || c == '=';
}

/// Simple case folding of the blocks that hold letters of two bytes in UTF-8. Source: Unicode,
/// CaseFolding.txt.
char32_t fold(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;  // Latin-1
  if (c == 0x130) return U'i';
  if (c == 0x178) return 0xFF;
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
    return c | 1;  // Latin Extended-A: even is upper
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return (c & 1) ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;  // Greek
  if (c == 0x3C2) return 0x3C3;
  if (c == 0x386) return 0x3AC;
  if (c >= 0x388 && c <= 0x38A) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 63;
  if (c >= 0x410 && c <= 0x42F) return c + 32;  // Cyrillic
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if ((c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F))
    return c | 1;
  if (c >= 0x531 && c <= 0x556) return c + 48;  // Armenian
  return c;
}

}  // namespace

std::string fold_case(std::string_view utf8) {
  std::string folded;
  folded.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    auto const lead = static_cast<unsigned char>(utf8[i]);
    auto const next = static_cast<unsigned char>(i + 1 < utf8.size() ? utf8[i + 1] : 0);
    if (lead < 0x80) {
      folded += static_cast<char>(fold(lead));
    } else if (lead >= 0xC2 && lead <= 0xDF && (next & 0xC0) == 0x80) {
      char32_t const c = fold((static_cast<char32_t>(lead & 0x1F) << 6) | (next & 0x3F));
      if (c < 0x80) {
        folded += static_cast<char>(c);
      } else {
        folded += static_cast<char>(0xC0 | (c >> 6));
        folded += static_cast<char>(0x80 | (c & 0x3F));
      }
      ++i;
    } else {
      folded += utf8[i];
    }
  }
  return folded;
}

std::vector<std::string> search_words(std::string_view query) {
  constexpr std::size_t kMostWords = 16;
  std::vector<std::string> words;
  std::string word;
  for (char const c : fold_case(query) + ' ') {
    if (!is_separator(c)) {
      word += c;
    } else if (!word.empty() && words.size() < kMostWords) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

std::string searchable(std::vector<std::string_view> const& values, std::string_view study_date) {
  std::string text;
  for (std::string_view const value : values) {
    for (char const c : fold_case(value)) text += is_separator(c) ? ' ' : c;
    text += '\n';  // no word can reach over two values
  }
  text += study_date;
  if (study_date.size() == 8) {
    text += '\n';
    text.append(study_date, 0, 4)
        .append("-")
        .append(study_date, 4, 2)
        .append("-")
        .append(study_date, 6, 2);
  }
  return text;
}

}  // namespace sightline::server
