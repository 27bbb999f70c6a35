#include <cstdio>
#include <iostream>
#include <string>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"

namespace sightline::server {

int run_remove(Options const& options) {
  Log const log(options.log_level);
  auto const store = Store::open_existing(options.store);
  if (!store) return log.error(store.error().detail), 1;
  std::string const& uid = options.operands[0];
  auto const manifest = (*store)->index().manifest(uid);
  if (!manifest) {
    return log.error(manifest.error().code == Errc::not_found
                         ? "the store has no such study; see sightline list"
                         : manifest.error().detail),
           1;
  }
  if (!options.yes) {
    std::printf("Remove this study of %zu objects, and their files? [y/N] ",
                manifest->instances.size());
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "y" && answer != "Y" && answer != "yes")
      return std::puts("Nothing was removed."), 1;
  }
  if (auto const removed = (*store)->remove_study(uid); !removed)
    return log.error(removed.error().detail), 1;
  std::printf("removed %zu objects\n", manifest->instances.size());
  return 0;
}

}  // namespace sightline::server
