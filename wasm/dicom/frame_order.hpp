#pragma once
#include <cstdint>
#include <vector>

#include "dicom/instance.hpp"

namespace sightline::dicom {

class Attributes;

/// The frames of an object with functional groups, 0-based, in the order in which its dimensions
/// put them: by Dimension Index Values (0020,9157), the first of them changing slowest; where not
/// every frame has them, by Stack ID, Temporal Position Index and In-Stack Position Number. Empty
/// where they are stored so, where the object does not say, and of segmentations, whose frames are
/// put together by segment. Threads: as Attributes. Source: PS3.3 C.7.6.16.2.2, C.7.6.17.
std::vector<std::uint32_t> read_frame_order(Attributes const& attributes, Instance const& instance);

}  // namespace sightline::dicom
