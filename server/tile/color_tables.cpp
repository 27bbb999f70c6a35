#include "tile/color_tables.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "base/sha256.hpp"

namespace sightline::server {
namespace {

/// What may be otherwise the next time is not kept.
bool is_lasting(Result<ColorTables::Table> const& table) {
  if (table) return true;
  return table.error().code != Errc::io && table.error().code != Errc::out_of_memory;
}

}  // namespace

ColorTables::ColorTables(Make make) : make_(std::move(make)) {
  for (std::size_t i = 0; i < profiles_.size(); ++i) {
    auto profile = color::profile_of_space(static_cast<color::Space>(i));
    if (!profile) throw std::bad_alloc();
    profiles_.at(i) = std::move(*profile);
  }
}

std::span<std::byte const> ColorTables::profile_of(color::Space space) const {
  return profiles_.at(static_cast<std::size_t>(space));
}

Result<ColorTables::Table> ColorTables::find(std::span<std::byte const> profile,
                                             color::Space space) {
  std::string name =
      to_hex(sha256(profile)) + static_cast<char>('0' + static_cast<unsigned char>(space));
  {
    std::lock_guard const lock(mutex_);
    auto const known = std::ranges::find(entries_, name, &Entry::name);
    if (known != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, known);
      return entries_.front().table;
    }
  }
  auto made = make_(profile, space);
  Result<Table> table =
      made ? Result<Table>(std::make_shared<color::ProfileTable const>(std::move(*made)))
           : std::unexpected(made.error());
  if (!is_lasting(table)) return table;
  std::lock_guard const lock(mutex_);
  entries_.push_front({std::move(name), table});
  if (entries_.size() > kMostTables) entries_.pop_back();
  return table;
}

}  // namespace sightline::server
