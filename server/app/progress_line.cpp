#include "app/progress_line.hpp"

#include <unistd.h>

#include <cstdio>

namespace sightline::server {

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(std::uint64_t done, std::uint64_t total, std::string_view text) {
  auto const now = std::chrono::steady_clock::now();
  if (terminal_) {
    if (now - last_shown_ < std::chrono::seconds(1)) return;
    last_shown_ = now;
    line_open_ = true;
    std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(text.size()), text.data());
    std::fflush(stderr);
    return;
  }
  std::uint64_t const tenth = total == 0 ? 0 : done * 10 / total;
  if (tenth <= last_tenth_) return;
  last_tenth_ = tenth;
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

void ProgressLine::print(std::string_view text) {
  finish();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

void ProgressLine::finish() {
  if (line_open_) std::fputs("\r\x1b[K", stderr);
  line_open_ = false;
}

}  // namespace sightline::server
