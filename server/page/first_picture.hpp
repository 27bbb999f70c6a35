#pragma once
#include <cstdint>
#include <optional>

#include "tile/tile_service.hpp"

namespace sightline::server {

/// The frame (as numbered on the wire) that a study opens with, by the rule of docs/wire_format.md,
/// "First levels in the page": of the first series with streams, frame floor(n/2) when it is sorted
/// by position or its first object is a volume of n frames, else frame 0. nullopt: nothing can be
/// shown (yet), or not that frame. The viewer chooses by the same rule.
std::optional<std::uint32_t> first_picture(StudyTable const& study);

/// Whether there are bytes to show this frame from.
bool is_showable(StudyTable const& study, std::uint32_t frame);

}  // namespace sightline::server
