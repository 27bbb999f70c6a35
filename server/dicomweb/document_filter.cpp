#include "dicomweb/document_filter.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>

#include "index/search_text.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

std::string key_of(std::uint32_t tag) {
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08X", tag);
  return text.data();
}

/// `*` is any run, `?` one character (of ASCII, a byte). Linear but for the last star.
bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t at = 0, star = std::string_view::npos, retry = 0, p = 0;
  while (at < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at]) && pattern[p] != '*') {
      ++p, ++at;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++, retry = at;
    } else if (star != std::string_view::npos) {
      p = star + 1, at = ++retry;
    } else {
      return false;
    }
  }
  return std::ranges::all_of(pattern.substr(p), [](char c) { return c == '*'; });
}

bool is_value_matched(std::string const& text, DocumentFilter const& filter, bool folds) {
  auto const folded = [folds](std::string const& value) {
    return folds ? fold_case(value) : value;
  };
  switch (filter.match) {
    case DicomSearch::Match::equal:
      return std::ranges::any_of(
          filter.values, [&](std::string const& value) { return folded(value) == folded(text); });
    case DicomSearch::Match::wildcard: return is_like(folded(text), folded(filter.values.at(0)));
    case DicomSearch::Match::range:
      return !text.empty() && text >= filter.values.at(0) &&
             (filter.values.at(1).empty() || text <= filter.values.at(1));
  }
  return false;
}

bool is_any_matched(json::value const& value, DocumentFilter const& filter) {
  if (value.is_string()) return is_value_matched(std::string(value.as_string()), filter, false);
  if (value.is_number()) return is_value_matched(json::serialize(value), filter, false);
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.as_object(), [&](auto const& group) {  // a person's name
    return group.value().is_string() &&
           is_value_matched(std::string(group.value().as_string()), filter, true);
  });
}

bool is_matched_at(json::object const& item, DocumentFilter const& filter, std::size_t depth) {
  json::value const* const element = item.if_contains(key_of(filter.path[depth]));
  if (element == nullptr || !element->is_object()) return false;
  json::value const* const values = element->as_object().if_contains("Value");
  if (values == nullptr || !values->is_array()) return false;
  bool const is_last = depth + 1 == filter.path.size();
  return std::ranges::any_of(values->as_array(), [&](json::value const& value) {
    if (is_last) return is_any_matched(value, filter);
    return value.is_object() && is_matched_at(value.as_object(), filter, depth + 1);
  });
}

}  // namespace

bool matches(json::object const& document, DocumentFilter const& filter) {
  return is_matched_at(document, filter, 0);
}

}  // namespace sightline::server
