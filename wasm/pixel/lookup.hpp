#pragma once
#include <cstdint>

#include "dicom/instance.hpp"

namespace sightline::pixel {

/// The entry of a table for an input: inputs below the first mapped value take the first entry,
/// inputs past the table's end the last one. Units: as the entry. Errors: none; the table must not
/// be empty (check_tables). Source: PS3.3 C.11.1.1.1, C.11.2.1.1, C.7.6.3.1.5.
inline std::uint16_t lookup(dicom::Lut const& lut, std::int64_t input) {
  std::int64_t const last = static_cast<std::int64_t>(lut.entries.size()) - 1;
  std::int64_t const index = input - lut.first_mapped;
  return lut.entries[static_cast<std::size_t>(index < 0 ? 0 : (index > last ? last : index))];
}

/// The largest value that an entry can have: 2^bits - 1. Source: PS3.3 C.11.2.1.1 (third value of
/// the LUT Descriptor).
inline double full_scale(dicom::Lut const& lut) {
  return static_cast<double>((std::uint32_t{1} << lut.bits_per_entry) - 1);
}

}  // namespace sightline::pixel
