#pragma once
#include <cstddef>
#include <span>

namespace sightline::codec {

/// True for a JPEG XL file with a JPEG bitstream reconstruction box ("jbrd"): its codestream has
/// the coefficients of a JPEG image, whose YCbCr the decoder turns into RGB. Reads the boxes'
/// headers only, and stops at the first that is none. Source: ISO/IEC 18181-2 9.1, 9.8.
bool holds_recompressed_jpeg(std::span<std::byte const> bytes);

}  // namespace sightline::codec
