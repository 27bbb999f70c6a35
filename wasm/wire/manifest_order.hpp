#pragma once
#include <cstddef>
#include <cstdint>
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
/// orientations differ, or when an instance has several frames, the instance number decides; when
/// it repeats or is missing, series_places.hpp. Source: PS3.3 C.7.6.2.1.1.
std::vector<SeriesOrder> order_manifest(Manifest const& manifest);

/// Whether the frames of one object are a stack as single images would be: each has a position, all
/// have one orientation, no position repeats on the common normal. Source: PS3.3 C.7.6.2.1.1,
/// C.7.6.16.2.3.
bool is_volume(dicom::Instance const& instance);

/// The frames of one object, 0-based, in the order in which they are looked at: that of its
/// dimensions; where it has none and is a volume whose frames neither ascend nor descend, that of
/// their positions. Empty: as they are stored.
std::vector<std::uint32_t> viewing_order(dicom::Instance const& instance);

}  // namespace sightline::wire
