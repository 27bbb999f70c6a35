#pragma once
#include "pixel/color.hpp"

namespace sightline::pixel {

/// YBR_FULL (and YBR_FULL_422 once its chroma is upsampled) to RGB, each channel clamped to [0,1].
/// Units: samples as stored, 0 … full_scale = 2^bits - 1; chroma is centred on 2^(bits-1).
/// The standard gives RGB -> YBR (rows .2990 .5870 .1140 / -.1687 -.3313 .5000 / .5000 -.4187
/// -.0813); this is its inverse as ITU-T T.871 section 7 writes it. Errors: none. Source: PS3.3
/// C.7.6.3.1.2.
Rgb rgb_of_ybr_full(double y, double cb, double cr, double full_scale);

/// YBR_PARTIAL_422 and _420 once their chroma is upsampled: luminance from 16 to 235 and chroma
/// from 16 to 240 (of 8 bits) are stretched to the full range, then as YBR_FULL. Units: as there.
/// Errors: none. Source: PS3.3-2016 C.7.6.3.1.2 (YBR_PARTIAL_422, since retired).
Rgb rgb_of_ybr_partial(double y, double cb, double cr, double full_scale);

}  // namespace sightline::pixel
