#pragma once
#include <span>

#include "codec/jpeg_ijg.hpp"

namespace sightline::codec {

/// Decodes whole sequential Huffman-coded JPEGs of 8 bits and one scan: grey, or three components
/// all of one size or with the second and third of half the columns, or of half of both. What it
/// stores is what the library stores, bit for bit. False, with anything stored: the picture is
/// another, has something unusual in its headers, or is broken or cut: it is left to the library.
/// Source: ISO/IEC 10918-1 F, G.
[[nodiscard]] bool decode_jpeg_baseline(IjgJob const& job);

}  // namespace sightline::codec
