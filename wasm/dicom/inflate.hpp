#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace sightline::dicom {

/// Inflates a deflated data set. The output grows as it is made, never past `max_bytes`;
/// `wanted_bytes` (0: all) ends the work early. A stream that is cut off gives what it holds.
/// Errors: corrupt, limit_exceeded, out_of_memory. Threads: any. Source: PS3.5 A.5, RFC 1951.
Result<std::vector<std::byte>> inflate_bytes(std::span<std::byte const> deflated,
                                             std::uint64_t max_bytes,
                                             std::uint64_t wanted_bytes = 0);

}  // namespace sightline::dicom
