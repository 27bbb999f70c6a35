#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

/// True when Debian's cjxl and djxl (libjxl-tools) are here: an encoder and a judge of another
/// version of libjxl than the one under test.
bool has_jxl_tools();

/// cjxl over a PGM or PPM of the picture's values, their lowest Bits Stored bits; `options` are its
/// own. Empty when it fails.
std::vector<std::byte> encode_jxl(Picture const& picture, std::string const& options);

/// cjxl over the bytes of a JPEG file: its coefficients, recompressed.
std::vector<std::byte> recompress_jpeg(std::vector<std::byte> const& jpeg);

/// What djxl makes of a stream of this many samples per pixel: integers of one or two bytes,
/// little-endian. Empty when it fails.
std::vector<std::byte> djxl_samples(std::vector<std::byte> const& stream, int samples);

/// The headers in front of a bare codestream's frames, bit by bit. Source: ISO/IEC 18181-1 9.2,
/// annexes D and E; what is not named here has its default.
struct JxlHeader {
  std::uint32_t rows = 1, cols = 1;
  unsigned bits = 8;
  unsigned exponent_bits = 0;  ///< over 0: floating-point samples
  unsigned orientation = 1;
  bool has_animation = false;
  bool is_grey = false;
  bool is_xyb = false;
  bool has_alpha = false;
};
std::vector<std::byte> jxl_header_bytes(JxlHeader const& header);

}  // namespace sightline::test
