#pragma once
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"
#include "dicom/voi.hpp"

namespace sightline::dicom {

/// One entry where all frames agree, else one per frame.
struct FrameValues {
  std::vector<DisplayPipeline> display;
  std::vector<FrameGeometry> geometry;
};

/// What holds for each frame: the top level, over it Shared (5200,9229), over it Per-Frame
/// Functional Groups (5200,9230). A classic object has the top level only. Errors: limit_exceeded
/// (tables repeated for too many frames). Threads: as Attributes. Source: PS3.3 C.7.6.16.1,
/// C.7.6.16.2.
Result<FrameValues> read_frame_values(Attributes const& attributes, DisplayContext const& context,
                                      std::uint32_t number_of_frames);

}  // namespace sightline::dicom
