#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// JPEG XL, bare codestream or ISOBMFF file, modular and VarDCT, recompressed JPEG too: integers of
/// 1 to 22 bits, grey or colour, as the codestream has them. Its orientation is not applied, nor is
/// colour management or tone mapping; XYB comes back in the colour space that the codestream names,
/// in sRGB where it names an ICC profile. Three samples are RGB: block_is_rgb is set. Lossy values
/// are rounded to the nearest integer, without dither; they are the same on every machine.
/// Errors: as decode_frame; unsupported: floating-point samples, more than 22 bits, extra channels
/// (alpha), animation, YBR that is no recompressed JPEG. Source: PS3.5 8.2.15, A.4.11;
/// ISO/IEC 18181-1, 18181-2.
Result<DecodedFrame> decode_jxl(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
