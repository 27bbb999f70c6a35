#include <cstdio>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"
#include "app/verifier.hpp"

namespace sightline::server {

int run_verify(Options const& options) {
  Log const log(options.log_level);
  auto const store = Store::open_existing(options.store);
  if (!store) return log.error(store.error().detail), 1;
  TranscodePool pool({.workers = options.workers});
  Verifier verifier(
      **store, options.quick ? nullptr : &pool,
      [](std::string const& sentence) { std::printf("%s\n", printable(sentence).c_str()); },
      options.workers);
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
