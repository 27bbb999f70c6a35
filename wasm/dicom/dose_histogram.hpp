#pragma once
#include "dicom/attributes.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Adds `"structureSet"` and `"histograms"`: the DVH Sequence (3004,0050) of an RT dose as it is
/// stated, bin widths and volumes in pairs. One that has no whole pair or no scaling, or is more
/// than kMaxHistograms or kMaxHistogramNumbers, is left out and counted in `"leftOut"`. Threads: as
/// Attributes. Source: PS3.3 C.8.8.4.
void add_dose_histograms(Attributes const& attributes, JsonObject& object);

inline constexpr std::size_t kMaxHistograms = 1'000, kMaxHistogramNumbers = 2'000'000;

}  // namespace sightline::dicom
