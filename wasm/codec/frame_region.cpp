#include "codec/frame_region.hpp"

#include <algorithm>

namespace sightline::codec {
namespace {

/// In place: rows move towards the front.
void crop(FrameRegion const& region, SampleBlock& block) {
  std::size_t const pixel_bytes = std::size_t{block.samples} * (block.bits_allocated / 8u);
  std::size_t const row_bytes = region.cols * pixel_bytes, stride = block.cols * pixel_bytes;
  std::byte* const bytes = block.bytes.data();
  std::byte const* from = bytes + region.y * stride + region.x * pixel_bytes;
  for (std::size_t row = 0; row < region.rows; ++row, from += stride)
    std::copy_n(from, row_bytes, bytes + row * row_bytes);
  block.bytes.resize(region.rows * row_bytes);
  block.rows = region.rows;
  block.cols = region.cols;
}

}  // namespace

Result<DecodedFrame> decode_and_crop(Result<DecodedFrame> (*decode)(DecodeRequest const&,
                                                                    Limits const&),
                                     DecodeRequest const& request, Limits const& limits) {
  auto frame = decode(request, limits);
  if (!frame || !request.region) return frame;
  if (!is_inside(*request.region, frame->block.rows, frame->block.cols))
    return fail(Errc::invalid_argument, "a region that is not in the picture");
  crop(*request.region, frame->block);
  if (frame->missing) {  // what is whole above the region is not its own
    std::uint32_t const whole = frame->missing->whole_rows;
    frame->missing->whole_rows =
        std::min(whole - std::min(whole, request.region->y), request.region->rows);
  }
  return frame;
}

}  // namespace sightline::codec
