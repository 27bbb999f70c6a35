#include "dicomweb/media_type.hpp"

#include <algorithm>
#include <optional>

namespace sightline::server {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 9110 5.6.2.
bool is_token_char(char c) {
  return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_unquoted_value_char(char c) {
  return is_token_char(c) || std::string_view("/:=?").contains(c);
}

/// What may stand in a quoted string, escaped or not: HTAB, SP, VCHAR, obs-text. RFC 9110 5.6.4.
bool is_text_char(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::string lower_case(std::string_view text) {
  std::string low(text);
  for (char& c : low)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return low;
}

/// A position in the text of one media type.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  std::size_t offset() const { return at_; }

  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  template <class Predicate>
  std::string_view take_while(Predicate accepts) {
    std::size_t const from = at_;
    while (!at_end() && accepts(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  /// The rest of a quoted string whose first quote is taken; nothing when it is broken.
  std::optional<std::string> take_quoted() {
    std::string value;
    while (!at_end()) {
      char c = text_[at_++];
      if (c == '"') return value;
      if (c == '\\') {
        if (at_end()) return std::nullopt;
        c = text_[at_++];
      }
      if (!is_text_char(c)) return std::nullopt;
      value.push_back(c);
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// The parameter after a ';'. RFC 9110 5.6.6 has no space around '='.
Result<MediaTypeParameter> take_parameter(Cursor& cursor) {
  std::string name = lower_case(cursor.take_while(is_token_char));
  if (name.empty() || !cursor.take('='))
    return fail(Errc::corrupt, "media type parameter without name or value", cursor.offset());
  if (cursor.take('"')) {
    std::optional<std::string> value = cursor.take_quoted();
    if (!value) return fail(Errc::corrupt, "broken quoted string", cursor.offset());
    return MediaTypeParameter{std::move(name), std::move(*value)};
  }
  std::string_view const value = cursor.take_while(is_unquoted_value_char);
  if (value.empty()) return fail(Errc::corrupt, "media type parameter is empty", cursor.offset());
  return MediaTypeParameter{std::move(name), std::string(value)};
}

/// RFC 9110 12.4.2: 0 to 1 with at most three decimals.
std::optional<int> parse_q(std::string_view text) {
  int whole = 0;
  if (!text.empty() && (text[0] == '0' || text[0] == '1')) {
    whole = text[0] - '0';
    text.remove_prefix(1);
    if (text.empty()) return whole * 1000;
  } else if (text.size() < 2) {
    return std::nullopt;
  }
  if (text[0] != '.' || text.size() > 4) return std::nullopt;
  int thousandths = whole * 1000, place = 100;
  for (char const c : text.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    thousandths += (c - '0') * place;
    place /= 10;
  }
  return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

/// The length of the first list element: up to a comma outside of quotes.
std::size_t element_length(std::string_view list) {
  bool quoted = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (quoted && list[i] == '\\') {
      ++i;
    } else if (list[i] == '"') {
      quoted = !quoted;
    } else if (list[i] == ',' && !quoted) {
      return i;
    }
  }
  return list.size();
}

Result<AcceptEntry> parse_entry(std::string_view element) {
  std::size_t const first = std::min(element.find_first_not_of(" \t"), element.size());
  std::size_t const name_end = std::min(element.find_first_of("; \t", first), element.size());
  Result<MediaType> range = element.substr(first, name_end - first) == "*"
                                ? parse_media_type("*/*" + std::string(element.substr(name_end)))
                                : parse_media_type(element);
  if (!range) return std::unexpected(range.error());
  AcceptEntry entry{std::move(*range)};
  auto const q = std::ranges::find(entry.range.parameters, "q", &MediaTypeParameter::name);
  if (q == entry.range.parameters.end()) return entry;
  std::optional<int> const thousandths = parse_q(q->value);
  if (!thousandths) return fail(Errc::corrupt, "q is no number from 0 to 1");
  entry.q_thousandths = *thousandths;
  entry.range.parameters.erase(q);
  return entry;
}

bool is_preferred(AcceptEntry const& a, AcceptEntry const& b) {
  if (a.q_thousandths != b.q_thousandths) return a.q_thousandths > b.q_thousandths;
  return specificity(a.range) > specificity(b.range);
}

}  // namespace

std::string MediaType::essence() const { return type + "/" + subtype; }

std::string const* MediaType::find(std::string_view name) const {
  auto const found = std::ranges::find(parameters, name, &MediaTypeParameter::name);
  return found == parameters.end() ? nullptr : &found->value;
}

Result<MediaType> parse_media_type(std::string_view text) {
  if (text.size() > kMaxMediaTypeBytes) return fail(Errc::limit_exceeded, "media type too long");
  Cursor cursor(text);
  cursor.skip_space();
  MediaType parsed;
  parsed.type = lower_case(cursor.take_while(is_token_char));
  if (parsed.type.empty() || !cursor.take('/'))
    return fail(Errc::corrupt, "media type without type or '/'", cursor.offset());
  parsed.subtype = lower_case(cursor.take_while(is_token_char));
  if (parsed.subtype.empty() || (parsed.type == "*" && parsed.subtype != "*"))
    return fail(Errc::corrupt, "media type without subtype", cursor.offset());
  for (cursor.skip_space(); !cursor.at_end(); cursor.skip_space()) {
    if (!cursor.take(';')) return fail(Errc::corrupt, "';' expected", cursor.offset());
    cursor.skip_space();
    Cursor ahead = cursor;
    if (ahead.at_end() || ahead.take(';')) continue;  // RFC 9110 5.6.6: an empty parameter
    if (parsed.parameters.size() == kMaxMediaTypeParameters)
      return fail(Errc::limit_exceeded, "too many media type parameters", cursor.offset());
    Result<MediaTypeParameter> parameter = take_parameter(cursor);
    if (!parameter) return std::unexpected(parameter.error());
    if (parsed.find(parameter->name))
      return fail(Errc::corrupt, "media type parameter twice", cursor.offset());
    parsed.parameters.push_back(std::move(*parameter));
  }
  return parsed;
}

std::string format_media_type(MediaType const& media_type) {
  std::string text = media_type.essence();
  for (auto const& [name, value] : media_type.parameters) {
    text += "; " + name + "=";
    if (!value.empty() && std::ranges::all_of(value, is_token_char)) {
      text += value;
      continue;
    }
    text += '"';
    for (char const c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

int specificity(MediaType const& range) {
  int narrow = range.type == "*" ? 0 : range.subtype == "*" ? 1000 : 2000;
  for (MediaTypeParameter const& parameter : range.parameters)
    narrow += parameter.value.ends_with('*') ? 1 : 2;
  return narrow;
}

Result<std::vector<AcceptEntry>> parse_accept(std::string_view header) {
  if (header.size() > kMaxMediaTypeBytes) return fail(Errc::limit_exceeded, "Accept too long");
  std::vector<AcceptEntry> entries;
  for (std::size_t at = 0; at < header.size();) {
    std::string_view const element = header.substr(at, element_length(header.substr(at)));
    if (element.find_first_not_of(" \t") != std::string_view::npos) {
      Result<AcceptEntry> entry = parse_entry(element);
      if (!entry)
        return fail(entry.error().code, entry.error().detail, at + entry.error().offset_bytes);
      auto const place = std::ranges::upper_bound(entries, *entry, is_preferred);
      entries.insert(place, std::move(*entry));
    }
    at += element.size() + 1;
  }
  return entries;
}

}  // namespace sightline::server
