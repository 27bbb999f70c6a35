#pragma once
#include <array>
#include <cstdint>

#include "dicom/instance.hpp"
#include "pixel/color.hpp"

namespace sightline::pixel {

/// PALETTE COLOR: the stored value looks its colour up in three tables, red (0028,1201), green and
/// blue; no Modality or VOI LUT applies. Units: entry / (2^bits - 1). Errors: none. Source: PS3.3
/// C.7.6.3.1.5, C.7.9.
Rgb palette_color(std::int64_t stored_value, std::array<dicom::Lut, 3> const& palette);

}  // namespace sightline::pixel
