#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "codec/frame_decoder.hpp"
#include "codec/frame_shape.hpp"
#include "codec/j2k_structure.hpp"

namespace sightline::codec {

/// JPEG 2000 and HTJ2K by OpenJPEG: what is read, and what comes out, is as decode_htj2k has it,
/// but for a level that lacks packets, of which nothing is said. Errors: as decode_frame.
/// Source: PS3.5 8.2.4, A.4.4; ISO/IEC 15444-1, 15444-15.
Result<DecodedFrame> decode_j2k(DecodeRequest const& request, Limits const& limits);

/// Components of a codestream that has been checked.
struct J2kPlanes {
  /// By component, row by row, as numbers of the component's depth; empty where not asked for.
  std::vector<std::span<std::int32_t const>> values;
  std::shared_ptr<void const> owner = {};  ///< of them: the library's image
  std::optional<MissingPart> missing = {};
};

/// Some components as they are coded; all of them, RCT and ICT undone, where none is named.
/// `components`: different ones that there are. Errors: as decode_frame. Source: ISO/IEC 15444-1.
Result<J2kPlanes> decode_j2k_planes(DecodeRequest const& request,
                                    std::span<std::byte const> codestream,
                                    J2kStructure const& structure,
                                    std::span<std::uint32_t const> components);

}  // namespace sightline::codec
