#include "dicom/json_values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>

#include "base/decimal.hpp"
#include "base/json_text.hpp"

namespace sightline::dicom {
namespace {

/// An IEEE 754 double holds every integer up to here, and so does every JSON reader.
constexpr std::int64_t kMaxSafeInteger = (1ll << 53) - 1;
/// DS has 16 characters and IS 12 (PS3.5 6.2); what is much longer is no number that anyone wrote.
constexpr std::size_t kMaxDecimalBytes = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The digits that begin `text`, taken off it.
std::string_view take_digits(std::string_view& text) {
  auto const digits = text.substr(
      0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

bool is_finite_double(std::string_view number) {
  auto const value = decimal_number(number);
  return value && std::isfinite(*value);
}

std::string_view as_text(std::span<std::byte const> value) {
  return {reinterpret_cast<char const*>(value.data()), value.size()};
}

/// Writes the values of one element: the bracket before the first, commas between. Nothing at all
/// when only one is given and it is empty.
class ValueList {
 public:
  explicit ValueList(BoundedText& out) : out_(out), begin_(out.size()) {}

  /// Empty: null. Source: PS3.18 F.2.5.
  void add(std::string_view json) {
    out_ += count_++ == 0 ? ",\"Value\":[" : ",";
    out_ += json.empty() ? "null" : json;
    any_ = any_ || !json.empty();
  }
  void close() {
    if (count_ == 0 || (count_ == 1 && !any_)) {
      if (!out_.full()) out_.cut(begin_);
      return;
    }
    out_ += "]";
  }

 private:
  BoundedText& out_;
  std::size_t begin_, count_ = 0;
  bool any_ = false;
};

/// Calls `each` with every part between backslashes.
template <class Each>
void split(std::string_view text, BoundedText const& out, Each each) {
  while (!out.full()) {
    std::size_t const end = std::min(text.find('\\'), text.size());
    each(text.substr(0, end));
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string quote_unless_empty(std::string_view text) {
  return text.empty() ? std::string() : json_quote(text);
}

/// One component group. Trailing components that are null, and the ^ before them, may be left out;
/// so they are, and "^^^^" is no name. Source: PS3.5 6.2.1.1.
std::string_view without_null_components(std::string_view group) {
  while (group.ends_with(' ') || group.ends_with('^')) group.remove_suffix(1);
  return without_spaces(group);
}

/// Source: PS3.18 F.2.4, PS3.5 6.2.1.2.
std::string person_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kGroups{"Alphabetic", "Ideographic", "Phonetic"};
  std::string object;
  for (std::string_view const key : kGroups) {
    std::size_t const end = std::min(name.find('='), name.size());
    std::string_view const group = without_null_components(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
    if (group.empty()) continue;
    object += object.empty() ? "{\"" : ",\"";
    object.append(key).append("\":").append(json_quote(group));
  }
  return object.empty() ? object : object + '}';
}

template <class T>
T word_at(std::span<std::byte const> value, std::size_t offset, bool big_endian) {
  std::array<std::byte, sizeof(T)> bytes;
  std::ranges::copy(value.subspan(offset, sizeof(T)), bytes.begin());
  if (big_endian != (std::endian::native == std::endian::big)) std::ranges::reverse(bytes);
  return std::bit_cast<T>(bytes);
}

template <class T>
std::string number_text(T value) {
  std::array<char, 32> text{};
  auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

/// Source: PS3.18 F.2.3 for what is no number in JSON.
template <class T>
std::string json_number(T value) {
  if constexpr (std::floating_point<T>) {
    if (std::isnan(value)) return "\"NaN\"";
    if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else if constexpr (sizeof(T) == 8) {
    if (!std::in_range<std::int64_t>(value) || std::cmp_greater(value, kMaxSafeInteger) ||
        std::cmp_less(value, -kMaxSafeInteger)) {
      return '"' + number_text(value) + '"';
    }
  }
  return number_text(value);
}

/// What is too short for one more word at the end is left out.
template <class T>
void append_words(ValueList& list, BoundedText const& out, std::span<std::byte const> value,
                  bool big_endian) {
  for (std::size_t i = 0; i + sizeof(T) <= value.size() && !out.full(); i += sizeof(T))
    list.add(json_number(word_at<T>(value, i, big_endian)));
}

void append_tags(ValueList& list, BoundedText const& out, std::span<std::byte const> value,
                 bool big_endian) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (std::size_t i = 0; i + 4 <= value.size() && !out.full(); i += 4) {
    unsigned const tag = static_cast<unsigned>(word_at<std::uint16_t>(value, i, big_endian)) << 16 |
                         word_at<std::uint16_t>(value, i + 2, big_endian);
    std::string text = "\"";
    for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[tag >> shift & 0xF];
    list.add(text + '"');
  }
}

/// True when the VR is one of numbers in binary form, and then they have been added.
bool append_binary(ValueList& list, BoundedText const& out, TreeElement const& element,
                   std::span<std::byte const> value) {
  bool const big = element.encoding.big_endian;
  if (element.has_vr("US"))
    append_words<std::uint16_t>(list, out, value, big);
  else if (element.has_vr("SS"))
    append_words<std::int16_t>(list, out, value, big);
  else if (element.has_vr("UL"))
    append_words<std::uint32_t>(list, out, value, big);
  else if (element.has_vr("SL"))
    append_words<std::int32_t>(list, out, value, big);
  else if (element.has_vr("UV"))
    append_words<std::uint64_t>(list, out, value, big);
  else if (element.has_vr("SV"))
    append_words<std::int64_t>(list, out, value, big);
  else if (element.has_vr("FL"))
    append_words<float>(list, out, value, big);
  else if (element.has_vr("FD"))
    append_words<double>(list, out, value, big);
  else if (element.has_vr("AT"))
    append_tags(list, out, value, big);
  else
    return false;
  return true;
}

bool is_any_of(TreeElement const& element, std::initializer_list<std::string_view> vrs) {
  return std::ranges::any_of(vrs, [&](std::string_view vr) { return element.has_vr(vr); });
}

std::size_t word_bytes(std::string_view vr) {
  if (vr == "OW") return 2;
  if (vr == "OF" || vr == "OL") return 4;
  return vr == "OD" || vr == "OV" ? 8 : 1;
}

}  // namespace

bool is_bulk_vr(std::array<char, 2> vr) {
  constexpr std::array<std::string_view, 7> kVrs{"OB", "OD", "OF", "OL", "OV", "OW", "UN"};
  return std::ranges::find(kVrs, std::string_view(vr.data(), 2)) != kVrs.end();
}

std::vector<std::byte> little_endian_words(std::span<std::byte const> value, std::array<char, 2> vr,
                                           ElementEncoding encoding) {
  std::vector<std::byte> bytes(value.begin(), value.end());
  std::size_t const width = word_bytes({vr.data(), 2});
  if (!encoding.big_endian || width == 1) return bytes;
  for (std::size_t i = 0; i + width <= bytes.size(); i += width)
    std::ranges::reverse(std::span(bytes).subspan(i, width));
  return bytes;
}

std::string json_decimal(std::string_view text) {
  if (text.size() > kMaxDecimalBytes) return {};
  std::string number = text.starts_with('-') ? "-" : "";
  take(text, "+-");
  std::string_view whole = take_digits(text);
  bool const point = take(text, ".");
  std::string_view const fraction = point ? take_digits(text) : std::string_view();
  if (whole.empty() && fraction.empty()) return {};
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  number += whole.empty() ? "0" : whole;
  if (!fraction.empty()) number.append(".").append(fraction);
  if (take(text, "eE")) {
    number += text.starts_with('-') ? "e-" : "e";
    take(text, "+-");
    std::string_view const exponent = take_digits(text);
    if (exponent.empty()) return {};
    number += exponent;
  }
  return text.empty() && is_finite_double(number) ? number : std::string();
}

void append_values(BoundedText& out, TreeElement const& element, std::span<std::byte const> value,
                   TextConverter& converter, Limits const& limits) {
  ValueList list(out);
  std::string_view const text = as_text(value);
  if (append_binary(list, out, element, value)) {
    // Added.
  } else if (is_any_of(element, {"ST", "LT", "UT"})) {
    list.add(quote_unless_empty(converter.to_utf8(text, TextKind::paragraph)));
  } else if (element.has_vr("UR")) {
    list.add(quote_unless_empty(default_repertoire_text(text, limits)));
  } else if (element.has_vr("PN")) {
    // Converted before it is split: in some character sets a backslash is half of a character.
    split(converter.to_utf8(text, TextKind::person_name), out,
          [&](std::string_view name) { list.add(person_name(name)); });
  } else if (is_any_of(element, {"LO", "SH", "UC"})) {
    split(converter.to_utf8(text, TextKind::single_line), out,
          [&](std::string_view part) { list.add(quote_unless_empty(without_spaces(part))); });
  } else {
    bool const decimal = is_any_of(element, {"DS", "IS"});
    split(text, out, [&](std::string_view part) {
      if (part.empty()) return list.add({});
      std::string const code = default_repertoire_text(part, limits);
      std::string const number = decimal ? json_decimal(code) : std::string();
      list.add(number.empty() ? quote_unless_empty(code) : number);
    });
  }
  list.close();
}

}  // namespace sightline::dicom
