#pragma once
#include <cstddef>
#include <cstdint>

#include "codec/htj2k_plan.hpp"
#include "codec/htj2k_rows.hpp"
#include "codec/part_2_job.hpp"

namespace sightline::codec {

/// How a tile's components become rows of a frame. `strip_rows` = 0: all of them row by row, side
/// by side. Else so many rows of one component after the other: code-blocks that lie in two strips
/// are decoded for both.
struct MixingWay {
  std::uint32_t strip_rows = 0;
  bool is_narrow = false;  ///< HtRowSource
};

/// Bytes that are left for rows of a tile where decoding a frame takes at most three times its size
/// (and the tables of small ones).
std::size_t room_for_rows(Part2Job const& job, HtPlan const& plan);

/// The quickest way that has room; where there is none, the one that takes least without decoding
/// each code-block many times. Of a mixed tile.
MixingWay choose_mixing(ComponentWeights const& weights, HtTile const& tile, std::size_t room);

/// Decodes a mixed tile strip by strip into the frame. What of it is needed is set anew.
void decode_in_strips(Part2Job const& job, HtPlan const& plan, HtTile& tile,
                      std::uint32_t strip_rows, HtRowSource& source, SampleBlock& block);

}  // namespace sightline::codec
