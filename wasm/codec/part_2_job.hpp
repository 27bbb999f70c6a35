#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "codec/component_weights.hpp"
#include "codec/frame_decoder.hpp"
#include "codec/frame_shape.hpp"
#include "codec/j2k_structure.hpp"
#include "codec/jp2_codestream.hpp"
#include "codec/part_2_header.hpp"

namespace sightline::codec {

/// One frame of a codestream of several, or of mixed components. Lifetime: the header and the
/// codestream outlive it.
struct Part2Job {
  Part2Header const& header;
  std::span<std::byte const> codestream;  ///< its segments of Part 2 are passed over
  FrameShape shape;        ///< of the frame, reduced; wider than its format where `left` needs it
  bool is_signed = false;  ///< what comes out is
  bool is_rgb = false;     ///< what comes out is R, G, B
  J2kStructure structure;
  std::vector<std::uint16_t> wanted;                          ///< the component that each sample is
  ComponentWeights weights;                                   ///< of the main header's stages
  std::map<std::uint32_t, ComponentWeights> weights_of_tile;  ///< of Part2Header::mix_of_tile

  [[nodiscard]] ComponentWeights const& weights_of(std::uint32_t tile) const;
  /// Whether any of the three that RCT and ICT mix is wanted.
  [[nodiscard]] bool wants_rct_components() const;
  /// Whether RCT or ICT has mixed what is wanted of a tile.
  [[nodiscard]] bool wants_rct(ComponentMix const& mix) const;
  /// An empty frame of that shape, which says what its values lack.
  [[nodiscard]] DecodedFrame make_frame() const;
};

/// Holds header and data set against each other and against bounds. A codestream that a mark says
/// to hold several frames has them one after the other, each as many components as it has samples.
/// Errors: as decode_frame. Source: PS3.5 A.4.4; ISO/IEC 15444-2 A.3.6.
Result<Part2Job> prepare_part_2(DecodeRequest const& request, Limits const& limits,
                                Jp2Codestream const& codestream, Part2Header const& header);

}  // namespace sightline::codec
