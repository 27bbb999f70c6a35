#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

struct J2kOptions {
  bool is_reversible = true;
  int resolutions = 4;
  int tile_size = 0;  ///< 0: one tile
  int layers = 1;
  bool uses_mct = false;
  bool jp2 = false;
  bool by_resolution = false;  ///< A tile-part for each resolution
  int block_size = 32;
  int block_style = 0;    ///< Table A.19
  int progression = 2;    ///< 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL
  int precinct_size = 0;  ///< 0: the largest
  bool sop = false, eph = false;
  /// Part 2: a matrix of components x components, and an offset for each (opj_set_MCT);
  /// irreversible.
  std::vector<float> component_matrix = {};
  std::vector<std::int32_t> component_offsets = {};
  /// In the second half of its resolutions the order is LRCP (POC).
  bool changes_progression = false;
  int roi_shift = 0;  ///< of the second component (RGN): all of it is of interest
  float rate = 0;     ///< Times fewer bytes than the picture; 0: lossless, or 8 where irreversible
};

/// By OpenJPEG. The values' signedness and depth are the picture's.
std::vector<std::byte> encode_j2k(Picture const& picture, J2kOptions const& options);

}  // namespace sightline::test
