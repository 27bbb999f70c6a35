#pragma once
#include <atomic>
#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "blob/file_calls.hpp"
#include "blob/unique_fd.hpp"

namespace sightline::server {

/// Files in `writers/`, one for each process that writes: locked while it lives, removed when it
/// ends well. One that nobody locks says that a writer died, perhaps between an object and its row.
/// Threads: one at a time.
class WriterMarks {
 public:
  explicit WriterMarks(std::filesystem::path folder) : folder_(std::move(folder)) {}
  WriterMarks(WriterMarks const&) = delete;
  WriterMarks& operator=(WriterMarks const&) = delete;
  ~WriterMarks();

  bool has_own() const { return static_cast<bool>(own_fd_); }
  /// The caller syncs the folder. Errors: io, no_space.
  Status make_own(FileCalls const& calls);
  /// The own mark stays when this object goes.
  void keep() { kept_ = true; }
  bool others_died() const { return !dead().empty(); }
  /// Errors: io.
  Status forget_dead();

 private:
  std::vector<std::filesystem::path> dead() const;

  std::filesystem::path folder_, own_;
  UniqueFd own_fd_;
  std::atomic<bool> kept_ = false;
};

}  // namespace sightline::server
