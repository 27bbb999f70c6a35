#pragma once
#include "app/log.hpp"
#include "app/store.hpp"

namespace sightline::server {

/// Store::recover(), with what it did in the log. False: nothing may be written; the log says why.
inline bool recover_and_log(Store& store, Log const& log) {
  auto const recovered = store.recover();
  if (!recovered)
    return log.error("cannot put the store in order: " + recovered.error().detail), false;
  for (auto const& sentence : recovered->unusable) log.warning(sentence);
  if (recovered->adopted > 0)
    log.info(std::to_string(recovered->adopted) + " originals were without a row and have one now");
  return true;
}

}  // namespace sightline::server
