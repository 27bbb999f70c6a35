#pragma once
#include <optional>

namespace sightline::dicom {

class Attributes;

/// What the modality values of a PET image are multiplied with to be standardized uptake values by
/// body weight. Units: g/ml per modality unit; 1 where the values are such already. Nothing where
/// the object does not say all that is needed: Units (0054,1001) GML, or BQML with correction of
/// attenuation and decay, the patient's weight, the injected dose, its half-life, and times that
/// make sense. Decay Correction (0054,1102) START counts from Series Date and Time, which an object
/// that was derived later has changed: then they lie behind the acquisition, and GE's own
/// (0009,100D) is taken, or there is nothing. Units CNTS are Philips', with its own factors to SUV
/// (7053,1000) or to Bq/ml (7053,1009). Threads: as Attributes. Source: PS3.3 C.8.9.1 (Units, Decay
/// Correction), C.8.9.1.1.3, C.8.9.2.
std::optional<double> read_suv_factor(Attributes const& attributes);

}  // namespace sightline::dicom
