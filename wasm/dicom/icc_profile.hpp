#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace sightline::dicom {

/// Profiles of whole-slide scanners with tables of 33 nodes in 16 bits have half a megabyte.
inline constexpr std::uint32_t kMaxIccProfileBytes = std::uint32_t{16} << 20;

/// The profile without what follows it: a header that means colours of red, green and blue, of
/// version 2 or 4, of a scanner, a display or a colour space, and as long as it says. What the tags
/// hold is not looked at. Errors: truncated, corrupt, limit_exceeded, unsupported (another class,
/// another colour space; the detail names which). Threads: any. Source: PS3.3 C.11.15;
/// ICC.1:2022 7.2.
Result<std::span<std::byte const>> checked_icc_profile(std::span<std::byte const> value);

/// As much of a file as its profile is looked for in: frames lie behind it.
inline constexpr std::uint64_t kIccProfileWithinBytes = std::uint64_t{64} << 20;

/// ICC Profile (0028,2000) of an object, at the top level or else in Optical Path Sequence
/// (0048,0105), where all items that have one must have the same. `file` may be the beginning of
/// one; truncated then says that more is needed. Errors: not_found (it has none), unsupported
/// (several), those of checked_icc_profile, and those of read_part10. Threads: any. Source: PS3.3
/// C.11.15, C.8.12.5.
Result<std::vector<std::byte>> read_icc_profile(std::span<std::byte const> file,
                                                Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
