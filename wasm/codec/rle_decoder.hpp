#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// RLE Lossless: byte planes, most significant first, each packed by runs.
/// Pixels of which a segment does not have every byte are 0, and the frame says so. Errors:
/// truncated (nothing that would be a picture), corrupt (header), unsupported, limit_exceeded.
/// Source: PS3.5 G.
Result<DecodedFrame> decode_rle(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
