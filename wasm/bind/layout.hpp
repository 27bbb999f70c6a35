#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sightline::bind {

/// The size of a struct of the ABI ("SlBlock"), or where one of its fields lies ("SlBlock.rows").
struct LayoutEntry {
  std::string_view name;
  std::size_t value;
};

/// What sl_layout answers: -1 for a name that is not in the module's table.
inline std::int32_t layout_of(std::span<LayoutEntry const> table, const char* name) {
  if (name == nullptr) return -1;
  for (LayoutEntry const& entry : table) {
    if (entry.name == name) return static_cast<std::int32_t>(entry.value);
  }
  return -1;
}

}  // namespace sightline::bind
