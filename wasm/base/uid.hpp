#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace sightline {

inline constexpr std::size_t kMaxUidBytes = 64;  ///< PS3.5 9.1

/// Whether a UID can name an object in URLs and on the wire. PS3.5 9.1 allows digits and points
/// only, but real files hold letters, hyphens, underscores and even spaces inside: 1 to 64 of
/// these, a letter or digit first, no space last. web/shared/uid.ts has the same rule.
inline bool is_uid(std::string_view text) {
  auto const is_alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && text.size() <= kMaxUidBytes && is_alphanumeric(text.front()) &&
         text.back() != ' ' && std::ranges::all_of(text, [&](char c) {
           return is_alphanumeric(c) || c == '.' || c == '-' || c == '_' || c == ' ';
         });
}

}  // namespace sightline
