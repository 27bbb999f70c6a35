#include "app/log.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <string>

namespace sightline::server {

void Log::line(LogLevel level, std::string_view sentence) const {
  if (level > level_) return;
  constexpr std::array kNames = {"error  ", "warning", "info   ", "debug  "};
  std::time_t const now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%SZ ", &utc);
  std::string const text = std::string(time.data()) + kNames[static_cast<std::size_t>(level)] +
                           " " + printable(sentence) + "\n";
  // A log that cannot be written has nobody to tell.
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const byte = static_cast<unsigned char>(text[i]);
    bool const next_is_c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (next_is_c1) ++i;  // U+0080 to U+009F steer terminals too
    shown += byte < 0x20 || byte == 0x7F || next_is_c1 ? '?' : text[i];
  }
  return shown;
}

}  // namespace sightline::server
