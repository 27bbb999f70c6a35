#pragma once
#include <vector>

#include "base/error.hpp"
#include "page/picture.hpp"

namespace sightline::server {

/// Encodes 8-bit grey or RGB as baseline JPEG (JFIF), with its colour profile in APP2 segments.
/// `quality`: libjpeg's 1 … 100. Errors: invalid_argument (bytes do not fit the shape, samples
/// neither 1 nor 3, a side over 65,500, a profile of grey or of more than 255 segments), io
/// (libjpeg refuses). Source: ISO/IEC 10918-1, PS3.18 8.3.5.1.2; ICC.1:2022 B.4.
Result<std::vector<std::byte>> encode_jpeg(Picture const& picture, int quality);

}  // namespace sightline::server
