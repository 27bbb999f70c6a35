#pragma once
#include <string_view>

#include "app/options.hpp"

namespace sightline::server {

/// One line per event to stderr: time, level, sentence. Never patient data, request targets or
/// paths below the store. Threads: any; a line is one write.
class Log {
 public:
  explicit Log(LogLevel level) : level_(level) {}
  void error(std::string_view sentence) const { line(LogLevel::error, sentence); }
  void warning(std::string_view sentence) const { line(LogLevel::warning, sentence); }
  void info(std::string_view sentence) const { line(LogLevel::info, sentence); }
  void debug(std::string_view sentence) const { line(LogLevel::debug, sentence); }

 private:
  void line(LogLevel level, std::string_view sentence) const;
  LogLevel level_;
};

/// Text from a file as a terminal may show it: control characters become `?`. UTF-8 stays.
std::string printable(std::string_view text);

}  // namespace sightline::server
