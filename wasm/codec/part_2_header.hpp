#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "codec/main_header.hpp"
#include "codec/part_2_stages.hpp"

namespace sightline::codec {

/// What has been done over the components of a tile. Source: ISO/IEC 15444-2 A.2.3.
struct ComponentMix {
  bool uses_rct = false;               ///< RCT or ICT over the first three, and no stages
  std::vector<TransformStage> stages;  ///< in the order in which they are undone; may be none
};

/// What the extensions of the headers say.
struct Part2Header {
  std::vector<ComponentSize> coded;    ///< SIZ: the components that are coded
  std::vector<ComponentSize> outputs;  ///< CBD: those that come out of the transforms
  ComponentMix mix;                    ///< of the main header
  std::map<std::uint32_t, ComponentMix> mix_of_tile;  ///< of tiles that differ from it
  /// What cannot be undone: the values are those before it. Of a transform over components there
  /// are no stages then, and what comes out is what is coded.
  std::optional<Error> left;
  std::optional<std::uint32_t> frame;  ///< base/frame_mark.hpp

  [[nodiscard]] ComponentMix const& mix_of(std::uint32_t tile) const;
  [[nodiscard]] bool has_stages() const;
  /// Says in `left` why the transforms over components stay, and forgets them.
  void leave_stages(Error const& why);
};

/// True when a codestream says that it needs Part 2, has its segments all the same, or is marked as
/// one that holds several frames.
bool is_part_2(std::span<std::byte const> codestream);

/// Reads the multi-component extension, of the main header and of tile-parts. What of it is broken
/// or unknown is told in `left`, as are DC offsets, visual masking and non-linearities. Errors:
/// corrupt, truncated, limit_exceeded; unsupported: other wavelets and decompositions, without
/// which no component can be decoded. Source: ISO/IEC 15444-2 A.2.1, A.2.3, A.3, annex J.
Result<Part2Header> read_part_2_header(std::span<std::byte const> codestream);

}  // namespace sightline::codec
