#pragma once
#include "codec/frame_decoder.hpp"

namespace sightline::codec {

/// Not empty, and inside of a picture of rows x cols.
constexpr bool is_inside(FrameRegion const& region, std::uint32_t rows, std::uint32_t cols) {
  return region.cols > 0 && region.rows > 0 && region.x < cols && region.y < rows &&
         region.cols <= cols - region.x && region.rows <= rows - region.y;
}

/// Decodes the whole frame, and cuts out the region that the request has, if it has one.
/// Errors: invalid_argument (a region that is not in the picture), `decode`'s.
/// Source: PS3.5 8.1.1 (the order of samples).
Result<DecodedFrame> decode_and_crop(Result<DecodedFrame> (*decode)(DecodeRequest const&,
                                                                    Limits const&),
                                     DecodeRequest const& request, Limits const& limits);

}  // namespace sightline::codec
