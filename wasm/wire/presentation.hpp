#pragma once
#include <string>

#include "dicom/presentation_state.hpp"

namespace sightline::wire {

/// A presentation state as the JSON of docs/wire_format.md, for the viewer to apply. Deterministic;
/// never contains '<'.
std::string encode_presentation(dicom::PresentationState const& state);

}  // namespace sightline::wire
