// Part of libjxl's dec_group.cc as Sightline builds it: how many rows of blocks of a group are
// rendered together.
#pragma once

#include <algorithm>
#include <cstddef>

#include "lib/jxl/ac_strategy.h"
#include "lib/jxl/base/rect.h"
#include "lib/jxl/frame_dimensions.h"

namespace jxl {

/// The end of a strip of blocks that begins at row `begin` of `group`: no block begins in it and
/// ends below. Of a few rows, more only where blocks leave no choice.
inline size_t StripEnd(const AcStrategyImage& blocks, const Rect& group, size_t begin,
                       size_t vshift) {
  constexpr size_t kRows = 2;
  size_t end = 0;
  size_t reach = begin;
  for (size_t by = begin; by < group.ysize(); by++) {
    const AcStrategyRow row = blocks.ConstRow(group, by);
    for (size_t bx = 0; bx < group.xsize(); bx++) {
      const AcStrategy block = row[bx];
      if (block.IsFirstBlock()) reach = std::max(reach, by + block.covered_blocks_y());
    }
    const size_t rows = by + 1 - begin;
    if (reach > by + 1 || rows % (size_t{1} << vshift) != 0) continue;
    if (rows <= kRows || end == 0) end = by + 1;
    if (rows >= kRows) break;
  }
  return end == 0 ? group.ysize() : end;
}

/// How many rows the longest strip of a frame has.
inline size_t LongestStrip(const AcStrategyImage& blocks, const FrameDimensions& dim,
                           size_t vshift) {
  size_t longest = 0;
  for (size_t g = 0; g < dim.num_groups; g++) {
    const Rect group = dim.BlockGroupRect(g);
    for (size_t begin = 0; begin < group.ysize();) {
      const size_t end = StripEnd(blocks, group, begin, vshift);
      longest = std::max(longest, end - begin);
      begin = end;
    }
  }
  return longest;
}

}  // namespace jxl
