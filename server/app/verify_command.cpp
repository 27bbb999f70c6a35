#include <cstdio>
#include <filesystem>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"
#include "app/verifier.hpp"

namespace sightline::server {

int run_verify(Options const& options) {
  Log const log(options.log_level);
  std::error_code ec;
  if (!std::filesystem::exists(options.store / "index.sqlite", ec)) {
    log.error("there is no store at " + options.store.string() +
              ", or one without an index: reindex makes that again");
    return 1;
  }
  auto const store = Store::open(options.store);
  if (!store) return log.error(store.error().detail), 1;
  TranscodePool pool({.workers = 1});
  Verifier verifier(**store, options.quick ? nullptr : &pool, [](std::string const& sentence) {
    std::printf("%s\n", printable(sentence).c_str());
  });
  auto const report = verifier.run();
  if (!report) return log.error("cannot verify the store: " + report.error().detail), 1;
  std::printf(
      "%ju originals of %ju bytes, %ju rows, %ju pyramids%s, %ju not built yet: %ju findings\n",
      std::uintmax_t{report->originals}, std::uintmax_t{report->bytes},
      std::uintmax_t{report->rows}, std::uintmax_t{report->pyramids},
      options.quick ? " (not decoded)" : "", std::uintmax_t{report->pending},
      std::uintmax_t{report->findings});
  return report->findings == 0 ? 0 : 1;
}

}  // namespace sightline::server
