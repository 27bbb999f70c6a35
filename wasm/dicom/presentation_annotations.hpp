#pragma once
#include "base/error.hpp"
#include "dicom/attributes.hpp"
#include "dicom/presentation_state.hpp"

namespace sightline::dicom {

/// Images of a Referenced Image Sequence (0008,1140) in `item`. Threads: as Attributes. Source:
/// PS3.3 10.3.
ReferencedImages read_referenced_images(Attributes const& item);

/// Graphic layers and annotations. Compound graphics are left to the graphic and text objects that
/// stand for them. Errors: limit_exceeded. Threads: as Attributes. Source: PS3.3 C.10.5, C.10.7.
Status read_annotations(Attributes const& attributes, PresentationState& state);

}  // namespace sightline::dicom
