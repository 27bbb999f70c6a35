#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// Samples as they lie in Pixel Data, of either byte order; planes are interleaved, packed 4:2:2
/// and 4:2:0 are spread to three samples a pixel, one-bit samples become bytes 0 and 1. More bytes
/// than the frame needs are padding; where bytes are missing, samples are 0 and the frame says so.
/// Real numbers keep every bit. Big-endian: 16- and 32-bit samples are swapped here; bytes of 8-
/// and 1-bit samples must come in pixel order, for only the data set knows whether they lay in OB
/// or in swapped words of OW. Errors: truncated, unsupported, corrupt, limit_exceeded. Source:
/// PS3.5 8.1.1, 8.2.4; PS3.3 C.7.6.3.1.2, .3.
Result<DecodedFrame> decode_native(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
