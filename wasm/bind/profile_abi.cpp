// sl_profile_* over color::table_of_profile; icc.wasm only.
#include <memory>
#include <new>
#include <utility>

#include "bind/handle.hpp"
#include "bind/sl_abi.h"
#include "color/profile_table.hpp"

struct SlProfile : sightline::bind::Handle {
  sightline::color::ProfileTable made;
};

namespace {

uint32_t address(void const* pointer) {
  static_assert(sizeof(void*) == 4);
  return static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

}  // namespace

extern "C" {

SlProfile* sl_profile_create(void) { return new (std::nothrow) SlProfile; }

void sl_profile_destroy(SlProfile* profile) { std::unique_ptr<SlProfile> const owned(profile); }

int32_t sl_profile_table(SlProfile* profile, const uint8_t* bytes, uint32_t length,
                         SlProfileTable* out) {
  if (profile == nullptr || bytes == nullptr || out == nullptr)
    return static_cast<int32_t>(sightline::Errc::invalid_argument);
  auto made =
      sightline::color::table_of_profile({reinterpret_cast<std::byte const*>(bytes), length});
  if (!made) return report(*profile, std::move(made.error()));
  profile->made = std::move(*made);
  sightline::color::ProfileTable const& table = profile->made;
  *out = {table.is_identity ? 1u : 0u,
          table.curve_entries,
          table.side,
          address(table.curves.data()),
          address(table.light.data()),
          address(table.description.data()),
          static_cast<uint32_t>(table.description.size()),
          0};
  return 0;
}

}  // extern "C"
