#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// RLE Lossless: byte planes, most significant first, each packed by runs.
/// Errors: truncated (a segment ends early), corrupt (header, or a run past its plane),
/// unsupported, limit_exceeded. Source: PS3.5 G.
Result<DecodedFrame> decode_rle(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
