#pragma once
#include <cstddef>
#include <vector>

#include "wire/manifest.hpp"

namespace sightline::wire {

/// One series: its instances, as indices into Manifest::instances, in the order of the manifest.
struct SeriesOrder {
  std::vector<std::size_t> instances;
  bool by_position = false;
};

/// The order that encode_manifest and number_frames share. Deterministic, whatever the order of the
/// input. Positions are projected on the common normal; when one is missing or repeats, when
/// orientations differ, or when an instance has several frames, the instance number decides.
/// Source: PS3.3 C.7.6.2.1.1.
std::vector<SeriesOrder> order_manifest(Manifest const& manifest);

/// Whether the frames of one object are a stack as single images would be: each has a position, all
/// have one orientation, no position repeats on the common normal. Source: PS3.3 C.7.6.2.1.1,
/// C.7.6.16.2.3.
bool is_volume(dicom::Instance const& instance);

}  // namespace sightline::wire
