#include <cstdio>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"
#include "app/store_copy.hpp"

namespace sightline::server {
namespace {

int copy_and_tell(std::filesystem::path const& from, std::filesystem::path const& to,
                  Log const& log) {
  auto const store = Store::open_existing(from);
  if (!store) return log.error(store.error().detail), 1;
  auto const report = copy_store(**store, std::filesystem::absolute(to).lexically_normal());
  if (!report) return log.error("cannot copy the store: " + report.error().detail), 1;
  for (auto const& hash : report->damaged)
    std::printf("original %s is damaged or missing and was not copied\n", hash.c_str());
  std::printf("%ju originals of %ju bytes copied, %ju already there, %zu damaged\n",
              std::uintmax_t{report->copied}, std::uintmax_t{report->bytes},
              std::uintmax_t{report->already_there}, report->damaged.size());
  return report->damaged.empty() ? 0 : 1;
}

bool has_index(std::filesystem::path const& folder) {
  std::error_code ec;
  return std::filesystem::exists(folder / "index.sqlite", ec);
}

}  // namespace

int run_backup(Options const& options) {
  Log const log(options.log_level);
  return copy_and_tell(options.store, options.operands[0], log);
}

int run_restore(Options const& options) {
  Log const log(options.log_level);
  if (!has_index(options.operands[0]))
    return log.error("there is no backup in " + options.operands[0]), 1;
  if (has_index(options.store)) {
    log.error("there is a store at " + options.store.string() +
              " already: give a new folder with --store");
    return 1;
  }
  return copy_and_tell(options.operands[0], options.store, log);
}

}  // namespace sightline::server
