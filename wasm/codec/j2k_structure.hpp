#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "codec/frame_decoder.hpp"
#include "codec/frame_shape.hpp"
#include "codec/part_2_marker.hpp"

namespace sightline::codec {

/// What the decoder needs to know of a JPEG 2000 codestream before a library sees it.
struct J2kStructure {
  bool uses_mct = false;      ///< RCT or ICT, of any tile: components come out as RGB.
  bool is_whole = false;      ///< Ends in EOC.
  bool is_cut = false;        ///< Tiles, or bytes of tile-parts, are stated and missing.
  std::size_t end_bytes = 0;  ///< Of the last tile-part: what follows is EOC, padding or junk.
  std::uint32_t rows = 0, cols = 0;          ///< Of the reduced image.
  Extensions extensions = Extensions::none;  ///< How its headers are read.
};

/// Holds a codestream against its data set and against bounds: size and components must be the
/// frame's, samples must fit bits allocated, and tiles, precincts, code-blocks and layers (those of
/// tile-part headers too) must be such that decoding takes memory in proportion to the frame.
/// Errors: corrupt, truncated, unsupported, limit_exceeded, invalid_argument (more levels to
/// discard than there are). `extensions`: as read_main_header. `may_differ`: components may differ
/// in depth. Source: ISO/IEC 15444-1 A.5.1, A.6.1, B.
Result<J2kStructure> check_j2k(std::span<std::byte const> codestream, DecodeRequest const& request,
                               FrameShape const& shape, Extensions extensions = Extensions::none,
                               bool may_differ = false);

/// What a frame lacks of which not all can be decoded: bytes, or it is broken.
Errc missing_code(J2kStructure const& structure);

/// Whether what comes out are R, G, B: by the codestream's transform, or by the data set's word.
/// Source: PS3.5 8.2.4, PS3.3 C.7.6.3.1.2.
bool is_rgb_of_j2k(PixelFormat const& format, J2kStructure const& structure);

}  // namespace sightline::codec
