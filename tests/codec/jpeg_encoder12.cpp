// The 12-bit build of the library: its names are macros, so each build has a file of its own.
#include <cstddef>
#include <cstdio>

extern "C" {
#include <ijg/jpeglib12.h>
}

#include "jpeg_encoder.inc"

namespace sightline::test {

std::vector<std::byte> encode_jpeg12(Picture const& picture, JpegOptions const& options) {
  return encode(picture, options);
}

}  // namespace sightline::test
