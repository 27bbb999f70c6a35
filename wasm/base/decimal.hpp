#pragma once
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

namespace sightline {

/// The number that the whole of `text` is, as "-1.5e3": no padding, no leading +, no hexadecimal
/// form. The result may be infinite or NaN. Threads: any. Locale: none.
inline std::optional<double> decimal_number(std::string_view text) {
#if defined(__cpp_lib_to_chars)
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
#else
  // libc++ has no std::from_chars for double yet. Emscripten knows the "C" locale only.
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos ||
      text.front() == '+')
    return std::nullopt;
  std::string const terminated(text);
  char* end = nullptr;
  double const value = std::strtod(terminated.c_str(), &end);
  if (end != terminated.c_str() + terminated.size()) return std::nullopt;
  return value;
#endif
}

}  // namespace sightline
