#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

struct JpegOptions {
  bool lossless = false;
  int predictor = 1;  ///< Lossless: 1 to 7
  int quality = 90;   ///< Lossy
  bool progressive = false;
  bool ycc = false;         ///< Three components: convert RGB to YCbCr; else code them as they are.
  int chroma_step = 1;      ///< 2: chroma of half the columns
  int chroma_row_step = 1;  ///< 2: of half the rows
  bool writes_jfif = false;  ///< The marker that makes libraries guess YCbCr.
  int restart_rows = 0;
  bool by_component = false;  ///< Sequential: a scan for each component, the last one first.
};

/// By the builds of the IJG library for 8, 12 and 16 bits a sample.
std::vector<std::byte> encode_jpeg8(Picture const& picture, JpegOptions const& options);
std::vector<std::byte> encode_jpeg12(Picture const& picture, JpegOptions const& options);
std::vector<std::byte> encode_jpeg16(Picture const& picture, JpegOptions const& options);

}  // namespace sightline::test
