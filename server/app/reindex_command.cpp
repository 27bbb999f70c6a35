#include <cstdio>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"
#include "tile/pyramid_queue.hpp"
#include "tile/transcode_pool.hpp"

namespace sightline::server {

int run_reindex(Options const& options) {
  Log const log(options.log_level);
  auto const store = Store::open_without_index(options.store);
  if (!store) return log.error(store.error().detail), 1;
  if (options.pictures) {
    std::error_code ec;
    std::filesystem::remove_all((*store)->root() / "pyramids", ec);
    if (ec) return log.error("cannot remove the old pyramids: " + ec.message()), 1;
    (*store)->pyramids() = PyramidStore((*store)->root() / "pyramids");
  }
  auto const recovered = (*store)->recover();
  if (!recovered) return log.error(recovered.error().detail), 1;
  for (auto const& sentence : recovered->unusable) std::printf("%s\n", sentence.c_str());
  TranscodePool pool({.workers = options.workers});
  PyramidQueue queue({(*store)->blobs(), (*store)->index(), (*store)->pyramids(), pool},
                     options.workers);
  if (auto const queued = queue.push_pending(); !queued) return log.error(queued.error().detail), 1;
  queue.wait_idle();
  auto const pictures = queue.progress();
  std::printf("%ju objects indexed, %ju pyramids kept, %ju made, %zu originals unusable\n",
              std::uintmax_t{recovered->adopted}, std::uintmax_t{recovered->pyramids_kept},
              std::uintmax_t{pictures.done_instances}, recovered->unusable.size());
  return recovered->unusable.empty() && pictures.not_built_instances == 0 ? 0 : 1;
}

}  // namespace sightline::server
