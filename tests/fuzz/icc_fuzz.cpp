#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "color/profile_table.hpp"
#include "dicom/icc_profile.hpp"

/// An ICC profile, as it stands in an object. What passes the header's checks becomes a table that
/// the renderer takes, of finite numbers, or is refused. Few nodes: each is the same code.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  auto const profile = dicom::checked_icc_profile(std::as_bytes(std::span(data, size)));
  if (!profile) return 0;
  if (profile->size() > size) std::abort();
  auto const made = color::table_of_profile(*profile, 3);
  if (!made || made->is_identity) return 0;
  if (!pixel::check_color_table(made->table())) std::abort();
  auto const is_number = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(made->light, is_number)) std::abort();
  pixel::Rgb const shown = pixel::apply_color_profile({0.3, 1.0, 0.7}, made->table());
  for (double const level : {shown.red, shown.green, shown.blue})
    if (!(level >= 0 && level <= 1)) std::abort();
  return 0;
}
