#include "net/content_coding.hpp"

#include <algorithm>
#include <initializer_list>

namespace sightline::server {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  auto const low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, low, low);
}

/// "q=0", "q=0.0", "q=0.000": not acceptable.
bool is_refused(std::string_view parameters) {
  while (!parameters.empty()) {
    std::size_t const semicolon = parameters.find(';');
    std::string_view const parameter = trim(parameters.substr(0, semicolon));
    parameters =
        semicolon == std::string_view::npos ? std::string_view{} : parameters.substr(semicolon + 1);
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=')
      continue;
    return std::ranges::all_of(parameter.substr(2), [](char c) { return c == '0' || c == '.'; });
  }
  return false;
}

/// Whether the list names one of the candidates; the first candidate that it names (in the order
/// given) decides.
bool accepts(std::string_view list, std::initializer_list<std::string_view> candidates) {
  for (std::string_view const candidate : candidates) {
    for (std::string_view rest = list; !rest.empty();) {
      std::size_t const comma = rest.find(',');
      std::string_view const item = rest.substr(0, comma);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      std::size_t const semicolon = item.find(';');
      if (!equal_ignoring_case(trim(item.substr(0, semicolon)), candidate)) continue;
      return semicolon == std::string_view::npos || !is_refused(item.substr(semicolon + 1));
    }
  }
  return false;
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  return accepts(accept_encoding, {coding, "*"});
}

}  // namespace sightline::server
