#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// JPEG-LS, lossless and near-lossless, 6 to 16 bits, any interleave mode. Colour stays as it is
/// stored. Errors: as decode_frame. Source: PS3.5 8.2.3, A.4.3; ISO/IEC 14495-1.
Result<DecodedFrame> decode_jpegls(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
