// Part of libjxl's dec_frame.h as Sightline builds it: which planes of frames of XYB, grey ones,
// need not be kept.
#pragma once

#include <cstddef>
#include <cstring>

#include "lib/jxl/chroma_from_luma.h"
#include "lib/jxl/loop_filter.h"
#include "lib/jxl/passes_state.h"

namespace jxl {

inline bool HasOnly(const ImageSB& map, int8_t value) {
  for (size_t y = 0; y < map.ysize(); y++) {
    const int8_t* row = map.ConstRow(y);
    for (size_t x = 0; x < map.xsize(); x++) {
      if (row[x] != value) return false;
    }
  }
  return true;
}

/// True if what is decoded of a frame before its blocks has no X, and blocks add none that have no
/// coefficients of it.
inline bool HasNoX(const PassesSharedState& shared) {
  if (shared.cmap.base().YtoXRatio(0) != 0.0f || !HasOnly(shared.cmap.ytox_map, 0)) return false;
  const Image3F& dc = *shared.dc;
  for (size_t y = 0; y < dc.ysize(); y++) {
    const float* row = dc.ConstPlaneRow(0, y);
    for (size_t x = 0; x < dc.xsize(); x++) {
      if (row[x] != 0.0f) return false;
    }
  }
  return dc.xsize() > 0;
}

/// True if, likewise, B is predicted from Y as it is, and filtered as it is.
inline bool RepeatsY(const LoopFilter& filter, const PassesSharedState& shared) {
  if (shared.cmap.base().YtoBRatio(0) != 1.0f || !HasOnly(shared.cmap.ytob_map, 0)) return false;
  if (filter.gab && (filter.gab_y_weight1 != filter.gab_b_weight1 ||
                     filter.gab_y_weight2 != filter.gab_b_weight2)) {
    return false;
  }
  const Image3F& dc = *shared.dc;
  for (size_t y = 0; y < dc.ysize(); y++) {
    if (memcmp(dc.ConstPlaneRow(1, y), dc.ConstPlaneRow(2, y), dc.xsize() * sizeof(float)) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace jxl
