#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "color/profile_table.hpp"

namespace sightline::server {

/// The tables that pictures are drawn by, made of their colour profiles where hostile bytes may be
/// read (TranscodePool::color_table); the last few are kept, failures too. Threads: any.
class ColorTables {
 public:
  using Table = std::shared_ptr<color::ProfileTable const>;
  using Make = std::function<Result<color::ProfileTable>(std::span<std::byte const> profile,
                                                         color::Space space)>;
  /// Throws std::bad_alloc (start-up only).
  explicit ColorTables(Make make);

  /// From the profile's colours to those of the space. Errors: as `make`.
  Result<Table> find(std::span<std::byte const> profile, color::Space space);
  /// The profile of the space itself.
  std::span<std::byte const> profile_of(color::Space space) const;

 private:
  struct Entry {
    std::string name;  ///< of profile and space
    Result<Table> table;
  };
  static constexpr std::size_t kMostTables = 8;  ///< of up to 3.3 MB

  Make make_;
  std::array<std::vector<std::byte>, 3> profiles_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the last used one first
};

}  // namespace sightline::server
