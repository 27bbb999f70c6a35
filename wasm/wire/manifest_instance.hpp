#pragma once
#include "wire/json_writer.hpp"
#include "wire/manifest.hpp"

namespace sightline::wire {

/// All keys of one instance, in the order of docs/wire_format.md, those with default values left
/// out.
json::Object instance_json(ManifestInstance const& instance);

/// How many frames the instance counts in the numbering of the wire.
std::uint32_t frame_count(dicom::Instance const& instance);

}  // namespace sightline::wire
