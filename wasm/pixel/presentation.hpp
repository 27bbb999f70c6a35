#pragma once
#include <cstdint>

#include "base/sample_block.hpp"

namespace sightline::pixel {

/// Grey: from the VOI LUT's output to the luminance that is shown. Units: y in [0,1], 0 = black on
/// screen. MONOCHROME1 (lowest value is white), Presentation LUT Shape (2050,0020) INVERSE and the
/// user's toggle each turn y into 1 - y. Errors: none. Source: PS3.3 C.7.6.3.1.2, C.11.6.1.2.
double apply_presentation(double y, Photometric photometric, bool presentation_inverse,
                          bool inverted);

/// The byte of a value in [0,1]: round(255 y), halves up. Errors: none; y is clamped.
std::uint8_t output_level(double y);

}  // namespace sightline::pixel
