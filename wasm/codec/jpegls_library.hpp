#pragma once
#include "codec/frame_decoder.hpp"
#include "codec/frame_shape.hpp"
#include "codec/jpegls_header.hpp"

namespace sightline::codec {

/// JPEG-LS by CharLS: what decode_jpegls_scans leaves to it, and the lines before the first fault
/// of a broken stream. The header is the stream's, and agrees with the shape. Errors: as
/// decode_frame. Source: ISO/IEC 14495-1.
Result<DecodedFrame> decode_jpegls_by_library(DecodeRequest const& request,
                                              JpegLsHeader const& header, FrameShape const& shape);

}  // namespace sightline::codec
