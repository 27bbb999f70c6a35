#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/frame_decoder.hpp"
#include "codec/frame_shape.hpp"
#include "codec/j2k_structure.hpp"

namespace sightline::codec {

/// JPEG 2000 and HTJ2K, a codestream or JP2, whole or a prefix of one, at any resolution level.
/// Values are the codestream's numbers in bits allocated: where the data set and the codestream
/// differ in signedness or depth, no bit is lost and none is invented. A prefix gives the best
/// picture its bytes hold. Errors: as decode_frame. Source: PS3.5 8.2.4, A.4.4; ISO/IEC 15444-1,
/// 15444-15.
Result<DecodedFrame> decode_j2k(DecodeRequest const& request, Limits const& limits);

/// One component of a codestream that has been checked, as it is coded: a frame of one sample.
/// `shape`: the frame's. Errors: as decode_frame. Source: PS3.5 A.4.4.
Result<DecodedFrame> decode_j2k_component(DecodeRequest const& request, FrameShape const& shape,
                                          std::span<std::byte const> codestream,
                                          J2kStructure const& structure, std::uint32_t component);

}  // namespace sightline::codec
