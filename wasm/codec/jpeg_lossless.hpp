#pragma once
#include <optional>

#include "codec/jpeg_ijg.hpp"

namespace sightline::codec {

/// Decodes Huffman-coded lossless JPEGs (SOF3): 2 to 16 bits, every predictor and point transform,
/// restart intervals, up to four components in one scan or in several. What it stores, and what it
/// says of streams that are cut or broken, is what the library stores and says. Samples stay as
/// they are: `converts_to_rgb` is the caller's. Nothing, with anything stored: the library's,
/// because several components have sampling factors of their own, or one of several scans is
/// broken. Source: ISO/IEC 10918-1 H.
[[nodiscard]] std::optional<IjgOutcome> decode_jpeg_lossless(IjgJob const& job);

}  // namespace sightline::codec
