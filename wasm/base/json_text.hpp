#pragma once
#include <string>
#include <string_view>

namespace sightline {

/// A JSON string literal. Control characters, '<', U+2028 and U+2029 are escaped, so that it may
/// stand inside a script element of a page; bytes that are no UTF-8 become U+FFFD. Threads: any.
/// Source: RFC 8259 7.
std::string json_quote(std::string_view text);

}  // namespace sightline
