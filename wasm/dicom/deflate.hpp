#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace sightline::dicom {

/// Deflates a data set as a raw stream of even length. Errors: out_of_memory, limit_exceeded (over
/// 4 GiB). Threads: any. Source: PS3.5 A.5, RFC 1951.
Result<std::vector<std::byte>> deflate_bytes(std::span<std::byte const> bytes);

}  // namespace sightline::dicom
