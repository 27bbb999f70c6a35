#pragma once
#include "codec/frame_decoder.hpp"
#include "codec/part_2_job.hpp"

namespace sightline::codec {

/// The frame by OpenJPEG, which decodes the components and undoes RCT and ICT; of other transforms
/// the header has none. What is cut or broken is the library's best, and said to be that. Errors:
/// as decode_frame; limit_exceeded. Source: ISO/IEC 15444-1 G.
Result<DecodedFrame> decode_part_2_by_library(DecodeRequest const& request, Part2Job const& job);

}  // namespace sightline::codec
