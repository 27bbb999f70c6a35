#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "app/commands.hpp"
#include "app/importer.hpp"
#include "app/log.hpp"
#include "app/progress_line.hpp"
#include "app/recovery_log.hpp"
#include "tile/transcode_pool.hpp"

namespace sightline::server {
namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t frames_of(PyramidProgress const& p) {
  return p.verified_lossless + p.kept_lossy + p.kept_own_encoding + p.failed;
}

std::string megabytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(bytes) / 1e6);
  return text;
}

std::string progress_text(ImportReport const& r, double seconds) {
  std::string text = std::to_string(r.files_done) + "/" + std::to_string(r.files) + " files, " +
                     megabytes(r.bytes_done) + "/" + megabytes(r.bytes) + " MB";
  if (seconds > 0)
    text += ", " +
            megabytes(static_cast<std::uint64_t>(static_cast<double>(r.bytes_done) / seconds)) +
            " MB/s";
  text += ", " + std::to_string(frames_of(r.pictures)) + " pictures prepared";
  if (r.pictures.waiting_instances > 0)
    text += ", " + std::to_string(r.pictures.waiting_instances) + " objects waiting";
  return text;
}

/// Reports from a thread of its own until it goes.
class Reporter {
 public:
  Reporter(Importer const& importer, ProgressLine& line, std::mutex& line_mutex)
      : importer_(importer), line_(line), line_mutex_(line_mutex) {
    thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
  }

 private:
  void run(std::stop_token const& stop) {
    auto const started = Clock::now();
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, std::chrono::milliseconds(250), [] { return false; }) &&
           !stop.stop_requested()) {
      auto const report = importer_.progress();
      auto const seconds = std::chrono::duration<double>(Clock::now() - started).count();
      std::uint64_t const prepared = report.pictures.done_instances;
      std::uint64_t const total = report.files + prepared + report.pictures.waiting_instances;
      std::lock_guard const line_lock(line_mutex_);
      line_.show(report.files_done + prepared, total, progress_text(report, seconds));
    }
  }

  Importer const& importer_;
  ProgressLine& line_;
  std::mutex& line_mutex_;
  std::jthread thread_;
};

void print_list(char const* title, std::vector<WalkProblem> const& list) {
  if (list.empty()) return;
  std::printf("%s:\n", title);
  for (auto const& problem : list)
    std::printf("  %s: %s\n", printable(problem.path.native()).c_str(),
                printable(problem.reason).c_str());
}

void print_summary(ImportReport const& r) {
  print_list("Media directories (their files are taken by themselves)", r.media_directories);
  print_list("Not DICOM", r.not_dicom);
  print_list("Refused", r.refused);
  std::printf(
      "imported %ju, already there %ju, conflicts %ju, refused %zu, not DICOM %zu, media "
      "directories %zu\n",
      std::uintmax_t{r.added}, std::uintmax_t{r.already_there}, std::uintmax_t{r.conflicts},
      r.refused.size(), r.not_dicom.size(), r.media_directories.size());
  std::printf(
      "pictures verified lossless %ju, kept in their own lossless encoding %ju, kept lossy %ju, "
      "failed %ju\n",
      std::uintmax_t{r.pictures.verified_lossless}, std::uintmax_t{r.pictures.kept_own_encoding},
      std::uintmax_t{r.pictures.kept_lossy}, std::uintmax_t{r.pictures.failed});
  if (r.not_stored > 0) {
    std::printf(
        "%ju files were not stored: the disk is full or failed, or there was not enough memory; "
        "import them again when that has changed\n",
        std::uintmax_t{r.not_stored});
  }
  if (r.pictures.not_built_instances > 0) {
    std::printf(
        "%ju objects have no pictures yet: the disk or a worker process failed; serve or import "
        "tries again\n",
        std::uintmax_t{r.pictures.not_built_instances});
  }
}

}  // namespace

int run_import(Options const& options) {
  Log const log(options.log_level);
  auto const store = Store::open(options.store);
  if (!store) return log.error(store.error().detail), 1;
  if (!recover_and_log(**store, log)) return 1;
  TranscodePool pool({.workers = options.workers});
  PyramidQueue queue({(*store)->blobs(), (*store)->index(), (*store)->pyramids(), pool},
                     options.workers);
  if (auto const queued = queue.push_pending(); !queued) return log.error(queued.error().detail), 1;

  ProgressLine line;
  std::mutex line_mutex;
  auto const left_out = [&](WalkProblem const& problem) {
    std::lock_guard const lock(line_mutex);
    line.print("left out: " + printable(problem.path.native()) + ": " + printable(problem.reason));
  };
  auto const stored = [](std::filesystem::path const& path, std::string const& sha256_hex) {
    std::printf("stored %s %s\n", sha256_hex.c_str(), printable(path.native()).c_str());
    std::fflush(stdout);
  };
  Importer importer(**store, queue, left_out,
                    options.verbose ? Importer::OnStored(stored) : Importer::OnStored());
  ImportReport report;
  {
    Reporter const reporter(importer, line, line_mutex);
    report = importer.run({options.operands.begin(), options.operands.end()});
  }
  line.finish();
  print_summary(report);
  return report.anything_usable() && report.is_complete() ? 0 : 1;
}

}  // namespace sightline::server
