#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace sightline::server {

/// Shows how far something is: on a terminal one line that is written over each second, elsewhere a
/// line for each tenth of the work. Goes to stderr. Threads: one at a time.
class ProgressLine {
 public:
  ProgressLine();
  /// `done` of `total`, any unit; `text` is what is shown.
  void show(std::uint64_t done, std::uint64_t total, std::string_view text);
  /// Prints a line of its own above the progress.
  void print(std::string_view text);
  /// Ends the line on a terminal.
  void finish();

 private:
  bool terminal_;
  bool line_open_ = false;
  std::uint64_t last_tenth_ = 0;
  std::chrono::steady_clock::time_point last_shown_{};
};

}  // namespace sightline::server
