#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"

namespace sightline::server {

/// dicom::Instance as the index keeps it: everything but `frames` (the byte spans, of use only
/// beside the original, where parsing finds them again). Little-endian, versioned; the order of
/// fields is in instance_codec.cpp.
std::vector<std::byte> encode_instance(dicom::Instance const& instance);
/// `frames` is empty in the result. Errors: unsupported (version), truncated, corrupt,
/// limit_exceeded.
Result<dicom::Instance> decode_instance(std::span<std::byte const> bytes);

}  // namespace sightline::server
