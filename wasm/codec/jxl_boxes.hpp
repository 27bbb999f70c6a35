#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace sightline::codec {

/// True for a JPEG XL file with a JPEG bitstream reconstruction box ("jbrd"): its codestream has
/// the coefficients of a JPEG image, whose YCbCr the decoder turns into RGB. Reads the boxes'
/// headers only, and stops at the first that is none. Source: ISO/IEC 18181-2 9.1, 9.8.
bool holds_recompressed_jpeg(std::span<std::byte const> bytes);

/// The codestream of a JPEG XL file that has it in several boxes ("jxlp"), in one piece: the
/// library would decode groups as boxes bring them, and needs them in their order. Empty where one
/// box has it all, where boxes are missing or broken, and of what is no file of boxes.
/// Source: ISO/IEC 18181-2 9.9.
std::vector<std::byte> joined_codestream(std::span<std::byte const> bytes);

}  // namespace sightline::codec
