#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/main_header.hpp"

namespace sightline::codec {

/// One run through a tile's packets: those of its ranges that no run before it has had.
/// Source: ISO/IEC 15444-1 A.6.6, B.12.2.
struct Progression {
  std::uint8_t order = 0;  ///< Table A.16
  std::uint8_t first_resolution = 0, end_resolution = kMaxDecompositions + 1;
  std::uint16_t first_component = 0, end_component = UINT16_MAX;
  std::uint16_t end_layer = UINT16_MAX;
};

/// What POC says of a tile. Progressions with an empty range, or of an order that there is not,
/// send nothing, as OpenJPEG has it, and are not among the runs.
struct Progressions {
  std::vector<Progression> runs;
  bool has_any = false;  ///< There is a POC.
};

/// Adds what the POC segments among `segments` say. False: one is not of whole progressions.
/// Components that are counted to 0 are all, as table A.32 has it; OpenJPEG takes them for none.
bool read_progressions(std::span<std::byte const> codestream,
                       std::span<MainHeader::Segment const> segments, std::size_t components,
                       Progressions& progressions);

}  // namespace sightline::codec
