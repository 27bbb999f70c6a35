#pragma once
#include <cstddef>
#include <span>

#include "codec/jpegls_header.hpp"

namespace sightline::codec {

/// Decodes whole JPEG-LS streams to rows x cols x components interleaved samples of `sample_bytes`
/// (1, 2 or 4): the values that the library gives, in half its time or less. False, with anything
/// in `out`: the stream has something that is left to the library (HP's colour transforms, rare
/// preset parameters, fewer than 6 bits), or is broken or cut.
/// Source: ISO/IEC 14495-1.
[[nodiscard]] bool decode_jpegls_scans(JpegLsHeader const& header, std::span<std::byte const> bytes,
                                       std::size_t sample_bytes, std::span<std::byte> out);

}  // namespace sightline::codec
