#pragma once
#include <cstdint>
#include <vector>

#include "base/sample_block.hpp"
#include "codec/frame_decoder.hpp"

namespace sightline::test {

/// A generated frame: values row by row, samples interleaved, and its pixel format.
struct Picture {
  PixelFormat format;
  std::vector<std::int32_t> values;

  [[nodiscard]] std::uint32_t rows() const { return format.rows; }
  [[nodiscard]] std::uint32_t cols() const { return format.cols; }
  [[nodiscard]] std::uint16_t samples() const { return format.samples_per_pixel; }
};

/// A smooth picture with edges and noise over the whole range of `bits`, the same at every call.
Picture make_picture(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples, unsigned bits,
                     bool is_signed);

/// The block a lossless decoder must return for it.
std::vector<std::byte> block_bytes(Picture const& picture);

/// A request for one frame of the picture's format.
codec::DecodeRequest request_for(Picture const& picture, codec::Encoding encoding,
                                 std::vector<std::byte> const& bytes);

}  // namespace sightline::test
