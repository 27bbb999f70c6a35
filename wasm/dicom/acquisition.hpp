#pragma once
#include <vector>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// When and how an image was acquired: its date and time (of Acquisition DateTime (0008,002A) where
/// only this is given), tube voltage, exposure, repetition and echo time, field, contrast agent. Of
/// enhanced objects what their functional groups say of all frames alike.
/// Source: PS3.3 C.7.6.1, C.8.2.1, C.8.3.1, C.8.13.5, C.8.15.3.
void read_acquisition(Attributes const& attributes, Instance& instance);

/// What tells a single picture from others of the same place in its series: Temporal Position
/// Identifier, Acquisition Number, Trigger Time, Echo Time, Diffusion b-value. Empty where it
/// states none of them. Source: PS3.3 C.7.6.2, C.8.3.1, C.8.13.5.9.
std::vector<double> read_phase(Attributes const& attributes);

}  // namespace sightline::dicom
