#pragma once
#include <cstddef>
#include <expected>
#include <span>
#include <vector>

#include "codec/htj2k_plan.hpp"
#include "codec/main_header.hpp"
#include "codec/quantization.hpp"
#include "codec/region_of_interest.hpp"
#include "codec/tile_coding.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {

/// All that decides how a tile's components are decoded, each of its own.
struct TileParameters {
  TileCoding coding;
  std::vector<Quantization> quantization;  ///< By component
  RoiShifts roi_shifts;

  /// Whether the first three are mixed: of fewer there is no transform, whatever COD says. G.1
  [[nodiscard]] bool uses_mct() const;
};

/// Those of tiles that set none. Refused: what our decoder does not take.
/// Source: ISO/IEC 15444-1 A.6.
std::expected<TileParameters, HtRefusal> read_main_parameters(std::span<std::byte const> codestream,
                                                              MainHeader const& header);

/// What sets a tile's own, in the headers of its parts. They belong into the first part's (A.6.1 to
/// A.6.5); those of later ones hold for all of the tile, as OpenJPEG has it.
std::vector<MarkerSegment> own_parameter_segments(std::span<TilePart const* const> parts);

/// Those of a tile that has such segments: over `main` its COD, and over that its COC; so of QCD
/// and QCC, and of RGN; of two of one kind the later one. Refused: what our decoder does not take.
/// Source: ISO/IEC 15444-1 A.6.1 to A.6.5.
std::expected<TileParameters, HtRefusal> read_own_parameters(
    std::span<std::byte const> codestream, MainHeader const& header, TileParameters const& main,
    std::span<MarkerSegment const> segments);

}  // namespace sightline::codec
