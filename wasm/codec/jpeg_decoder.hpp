#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// JPEG baseline, extended and progressive (8 and 12 bits) and lossless (process 14, 2 to 16 bits).
/// Colour follows Photometric Interpretation, not the stream's own markers: YBR_* becomes RGB, RGB
/// stays. Errors: as decode_frame. Source: PS3.5 8.2.1, A.4.1; ISO/IEC 10918-1.
Result<DecodedFrame> decode_jpeg(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
