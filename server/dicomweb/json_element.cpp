#include "dicomweb/json_element.hpp"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>

#include "base/byte_writer.hpp"
#include "base/decimal.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;
using Bytes = std::optional<std::vector<std::byte>>;
using Text = std::optional<std::string>;

constexpr std::size_t kMostDecimalBytes = 16;  ///< DS, PS3.5 6.2

bool is_one_of(std::string_view vr, std::initializer_list<std::string_view> vrs) {
  return std::ranges::find(vrs, vr) != vrs.end();
}

/// Only what PS3.5 6.1.3 has for text; ESC switches character sets, of which UTF-8 is the only one.
bool is_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    auto const code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r') || code == 0x7F;
  });
}

/// Null is an empty value.
Text text_of(json::value const& value) {
  if (value.is_null()) return std::string{};
  auto const* const text = value.if_string();
  if (text == nullptr || !is_text(*text)) return std::nullopt;
  return std::string(*text);
}

/// The nearest decimal of at most 16 characters.
std::string short_decimal(std::string_view digits) {
  auto const number = decimal_number(digits);
  if (digits.size() <= kMostDecimalBytes || !number || !std::isfinite(*number))
    return std::string(digits);
  std::array<char, 32> text{};
  for (int precision = 17; precision > 0; --precision) {
    auto const made = std::to_chars(text.data(), text.data() + text.size(), *number,
                                    std::chars_format::general, precision);
    std::string_view const shorter(text.data(), made.ptr);
    if (made.ec == std::errc{} && shorter.size() <= kMostDecimalBytes) return std::string(shorter);
  }
  return std::string(digits);
}

/// "100", and "1e2" or "100.0", which JSON writers make of integers.
Text integer_text(std::string_view digits) {
  if (digits.find_first_of(".eE") == std::string_view::npos) return std::string(digits);
  auto const number = decimal_number(digits);
  constexpr double kMost = 2147483648.0;  // IS has 32 bits, PS3.5 6.2
  if (!number || std::abs(*number) > kMost || std::trunc(*number) != *number) return std::nullopt;
  return std::to_string(static_cast<std::int64_t>(*number));
}

/// "Alphabetic=Ideographic=Phonetic", as far as there is something. Source: PS3.18 F.2.4.
Text person_name(json::value const& value) {
  if (value.is_null()) return std::string{};
  auto const* const groups = value.if_object();
  if (groups == nullptr) return std::nullopt;
  std::string name;
  std::size_t length = 0;
  for (std::string_view const key : {"Alphabetic", "Ideographic", "Phonetic"}) {
    if (key != "Alphabetic") name += '=';
    auto const* const group = groups->if_contains(key);
    if (group == nullptr) continue;
    Text const text = text_of(*group);
    if (!text || text->contains('=')) return std::nullopt;
    name += *text;
    if (!text->empty()) length = name.size();
  }
  name.resize(length);
  return name;
}

Text one_text(std::string_view vr, json::value const& value) {
  if (vr == "PN") return person_name(value);
  Text text = text_of(value);
  if (text && vr == "DS") return short_decimal(*text);
  if (text && vr == "IS") return integer_text(*text);
  return text;
}

Bytes encode_text(std::string_view vr, json::array const& values) {
  bool const is_single = is_one_of(vr, {"ST", "LT", "UT", "UR"});
  if (is_single && values.size() > 1) return std::nullopt;
  ByteWriter out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Text const text = one_text(vr, values[i]);
    if (!text || (!is_single && text->contains('\\'))) return std::nullopt;
    if (i > 0) out.text("\\");
    out.text(*text);
  }
  return out.take();
}

template <class T>
std::optional<T> number_of(std::string_view text) {
  if constexpr (std::floating_point<T>) {
    using Limits = std::numeric_limits<T>;
    if (text == "NaN") return Limits::quiet_NaN();
    if (text == "Infinity" || text == "inf") return Limits::infinity();
    if (text == "-Infinity" || text == "-inf") return -Limits::infinity();
    auto const number = decimal_number(text);
    if (!number || !std::isfinite(*number) ||
        std::abs(*number) > static_cast<double>(Limits::max()))
      return std::nullopt;
    return static_cast<T>(*number);
  } else {
    T value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
    if constexpr (sizeof(T) <= 4) {  // "1e3", "5.0"
      auto const number = decimal_number(text);
      bool const is_one = number && *number >= std::numeric_limits<T>::min() &&
                          *number <= std::numeric_limits<T>::max() &&
                          std::trunc(*number) == *number;
      if (is_one) return static_cast<T>(*number);
    }
    return std::nullopt;
  }
}

template <class T>
Bytes encode_numbers(json::array const& values) {
  ByteWriter out;
  for (json::value const& each : values) {
    auto const* const text = each.if_string();
    auto const number = text ? number_of<T>(*text) : std::nullopt;
    if (!number) return std::nullopt;
    if constexpr (sizeof(T) == 8) {
      out.u64_le(std::bit_cast<std::uint64_t>(*number));
    } else if constexpr (sizeof(T) == 4) {
      out.u32_le(std::bit_cast<std::uint32_t>(*number));
    } else {
      out.u16_le(std::bit_cast<std::uint16_t>(*number));
    }
  }
  return out.take();
}

Bytes encode_tags(json::array const& values) {
  ByteWriter out;
  for (json::value const& each : values) {
    auto const* const text = each.if_string();
    std::uint32_t tag = 0;
    if (text == nullptr || text->size() != 8) return std::nullopt;
    auto const [end, error] = std::from_chars(text->data(), text->data() + 8, tag, 16);
    if (error != std::errc{} || end != text->data() + 8) return std::nullopt;
    out.u16_le(static_cast<std::uint16_t>(tag >> 16));
    out.u16_le(static_cast<std::uint16_t>(tag));
  }
  return out.take();
}

}  // namespace

Bytes encode_json_values(std::array<char, 2> vr, json::array const& values) {
  std::string_view const name(vr.data(), vr.size());
  if (name == "US") return encode_numbers<std::uint16_t>(values);
  if (name == "SS") return encode_numbers<std::int16_t>(values);
  if (name == "UL") return encode_numbers<std::uint32_t>(values);
  if (name == "SL") return encode_numbers<std::int32_t>(values);
  if (name == "UV") return encode_numbers<std::uint64_t>(values);
  if (name == "SV") return encode_numbers<std::int64_t>(values);
  if (name == "FL") return encode_numbers<float>(values);
  if (name == "FD") return encode_numbers<double>(values);
  if (name == "AT") return encode_tags(values);
  if (is_one_of(name, {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM",
                       "UC", "UI", "UR", "UT"}))
    return encode_text(name, values);
  return std::nullopt;
}

}  // namespace sightline::server
