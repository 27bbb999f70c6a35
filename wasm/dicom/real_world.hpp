#pragma once
#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// The Real World Value Mappings (0040,9096) that `attributes` has, in place of what `display`
/// held: of a data set or of an item of functional groups. Those that are linear, at most
/// kMaxRealWorldMaps; `display` keeps its own where there is no sequence. Threads: as Attributes.
/// Source: PS3.3 C.7.6.16.2.11.
void read_real_world(Attributes const& attributes, bool signed_pixels, DisplayPipeline& display);

}  // namespace sightline::dicom
