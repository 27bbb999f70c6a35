#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// Display values, ready for PNG. Shape: rows x cols x samples (1 grey, 3 RGB), row-major,
/// interleaved, 8 bit.
struct Picture {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t samples = 1;
  std::vector<std::byte> bytes;
  std::vector<std::byte> icc_profile{};  ///< of these RGB values, to be written with them
  bool is_srgb = false;  ///< the profile is sRGB's: where a mark of that suffices it is written
};

/// Resamples to rows x cols by a triangle filter that widens when shrinking (so nothing is skipped)
/// and is bilinear when enlarging. Errors: invalid_argument (a side of 0, bytes that do not fit the
/// shape).
Result<Picture> scale_picture(Picture const& picture, std::uint32_t rows, std::uint32_t cols);

/// The largest size of this aspect ratio inside the box, each side at least 1.
struct PictureSize {
  std::uint32_t rows = 0, cols = 0;
  bool operator==(PictureSize const&) const = default;
};
PictureSize fit_into(PictureSize picture, PictureSize box);

}  // namespace sightline::server
