#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// JPEG 2000 and HTJ2K by OpenJPEG, which our own decoder (decode_htj2k) is held against: for
/// DecodeRequest::by_library. Components that a transform of Part 2 has mixed are our own
/// decoder's: OpenJPEG gives no numbers that are not rounded. Shape: all of the frame, whatever
/// region is asked for. Errors: as decode_frame. Source: ISO/IEC 15444-1, 15444-2, 15444-15.
Result<DecodedFrame> decode_j2k_by_library(DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
