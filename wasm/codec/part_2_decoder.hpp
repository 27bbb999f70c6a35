#pragma once
#include "codec/frame_decoder.hpp"
#include "codec/jp2_codestream.hpp"
#include "codec/part_2_header.hpp"

namespace sightline::codec {

/// Decodes a frame of a codestream that holds several, which its mark names, or whose components a
/// transform has mixed, or that lacks a step of Part 2 (Part2Header::left). Errors: as
/// decode_frame. Source: ISO/IEC 15444-2 annex J; PS3.5 8.2.4, A.4.4.
Result<DecodedFrame> decode_part_2(DecodeRequest const& request, Limits const& limits,
                                   Jp2Codestream const& codestream, Part2Header const& header);

}  // namespace sightline::codec
