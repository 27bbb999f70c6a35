// Part of libjxl's dec_frame.h as Sightline builds it: which frames of XYB are grey.
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

/// True if what is decoded of a frame before its blocks has no colour, and blocks add none that
/// have no coefficients of X and B: X is zero, and B is predicted from Y as it is, and filtered as
/// it is.
inline bool IsGrey(const LoopFilter& filter, const PassesSharedState& shared) {
  const ColorCorrelation& ratios = shared.cmap.base();
  if (ratios.YtoXRatio(0) != 0.0f || ratios.YtoBRatio(0) != 1.0f) return false;
  if (!HasOnly(shared.cmap.ytox_map, 0) || !HasOnly(shared.cmap.ytob_map, 0)) return false;
  if (filter.gab && (filter.gab_y_weight1 != filter.gab_b_weight1 ||
                     filter.gab_y_weight2 != filter.gab_b_weight2)) {
    return false;
  }
  const Image3F& dc = *shared.dc;
  for (size_t y = 0; y < dc.ysize(); y++) {
    const float* x_row = dc.ConstPlaneRow(0, y);
    for (size_t x = 0; x < dc.xsize(); x++) {
      if (x_row[x] != 0.0f) return false;
    }
    if (memcmp(dc.ConstPlaneRow(1, y), dc.ConstPlaneRow(2, y), dc.xsize() * sizeof(float)) != 0) {
      return false;
    }
  }
  return dc.xsize() > 0;
}

}  // namespace jxl
