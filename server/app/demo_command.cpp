#include <cstdio>

#include "app/commands.hpp"
#include "app/demo_study.hpp"
#include "app/log.hpp"
#include "app/progress_line.hpp"
#include "app/recovery_log.hpp"
#include "app/store.hpp"
#include "tile/ingest.hpp"
#include "tile/transcode_pool.hpp"

namespace sightline::server {

int run_demo(Options const& options) {
  Log const log(options.log_level);
  auto const store = Store::open(options.store);
  if (!store) return log.error(store.error().detail), 1;
  if (!recover_and_log(**store, log)) return 1;
  TranscodePool pool({.workers = options.workers});
  PyramidQueue queue({(*store)->blobs(), (*store)->index(), (*store)->pyramids(), pool},
                     options.workers);
  Ingest ingest((*store)->blobs(), (*store)->index(), &queue);
  ProgressLine line;
  std::uint32_t made = 0, added = 0;
  auto const done = make_demo_study([&](std::vector<std::byte> const& file) -> Status {
    auto const taken = ingest.ingest(file);
    if (!taken) return std::unexpected(taken.error());
    added += taken->outcome == AddOutcome::already_there ? 0 : 1;
    ++made;
    line.show(made, kDemoObjects,
              "demonstration study: " + std::to_string(made) + "/" + std::to_string(kDemoObjects) +
                  " objects");
    return {};
  });
  if (!done)
    return line.finish(),
           log.error("the demonstration study cannot be stored: " + done.error().detail), 1;
  queue.wait_idle();
  line.finish();
  auto const progress = queue.progress();
  std::printf(
      "demonstration study: %u objects, %u new; pictures verified lossless %ju, failed %ju\n", made,
      added, std::uintmax_t{progress.verified_lossless}, std::uintmax_t{progress.failed});
  return progress.failed + progress.not_built_instances == 0 ? 0 : 1;
}

}  // namespace sightline::server
