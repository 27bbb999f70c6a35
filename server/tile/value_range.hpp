#pragma once
#include <cstdint>

#include "base/sample_block.hpp"
#include "dicom/instance.hpp"

namespace sightline::server {

/// Smallest and largest stored value of a frame. Units: stored values.
struct ValueRange {
  std::int64_t min = 0, max = 0;
};

/// Over all values: for the precision that they need.
ValueRange full_range(SampleBlock const& block);

/// Without the values that only pad (Pixel Padding Value (0028,0120) to Range Limit (0028,0121));
/// 0, 0 when all do. Source: PS3.3 C.7.5.1.1.2.
ValueRange unpadded_range(SampleBlock const& block, dicom::DisplayPipeline const& display);

}  // namespace sightline::server
