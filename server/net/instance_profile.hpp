#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "blob/blob_store.hpp"

namespace sightline::server {

/// The colour profile of a stored object: its frames are not read for it, mostly the first 256 KiB
/// are enough. Errors: as dicom::read_icc_profile; io. Source: PS3.3 C.11.15.
Result<std::vector<std::byte>> profile_in(BlobReader const& reader);

}  // namespace sightline::server
