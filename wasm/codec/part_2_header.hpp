#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "codec/main_header.hpp"

namespace sightline::codec {

/// How some components become others: by a matrix (decorrelation), or each by those before it
/// (dependency), and an offset for each. Source: ISO/IEC 15444-2 A.3.7, A.3.8, J.2.
struct ComponentCollection {
  bool is_dependency = false;
  std::vector<std::uint16_t> inputs, outputs;  ///< indices of the stage's components
  /// By row: outputs x inputs; of a dependency the rows below the diagonal. Empty: none, each
  /// output is its input.
  std::vector<double> matrix;
  std::vector<double> offsets;  ///< one for each output, or none
};

/// One step of the inverse transform: every output component is of one collection.
struct TransformStage {
  std::vector<ComponentCollection> collections;
  std::size_t outputs = 0;
};

/// What the extensions of a main header say, and the codestream without them.
struct Part2Header {
  std::vector<ComponentSize> coded;    ///< SIZ: the components that are coded
  std::vector<ComponentSize> outputs;  ///< CBD: those that come out of the transforms
  std::vector<TransformStage> stages;  ///< in the order in which they are undone; may be none
  std::optional<std::uint32_t> frame;  ///< base/frame_mark.hpp
  std::vector<std::byte> part_1;       ///< without CBD, MCT, MCC, MCO: the coded components
};

/// True when a codestream says that it needs Part 2, has its segments all the same, or is marked as
/// one that holds several frames.
bool is_part_2(std::span<std::byte const> codestream);

/// Reads the multi-component extension. Errors: corrupt, truncated, limit_exceeded; unsupported:
/// reversible and wavelet-based transforms, reversible dependencies, stages that leave components
/// out, more than one of these segments for one index. Source: ISO/IEC 15444-2 A.2.1, A.3.6 to
/// A.3.9, annex J.
Result<Part2Header> read_part_2_header(std::span<std::byte const> codestream);

}  // namespace sightline::codec
