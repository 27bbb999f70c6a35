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

/// Whether a tile sets some of its own, in the header of its first tile-part.
bool has_own_parameters(TilePart const& first);

/// Those of such a tile: over `main` its COD, and over that its COC; so of QCD and QCC, and of RGN.
/// Refused: what our decoder does not take. Source: ISO/IEC 15444-1 A.6.1 to A.6.5.
std::expected<TileParameters, HtRefusal> read_own_parameters(std::span<std::byte const> codestream,
                                                             MainHeader const& header,
                                                             TileParameters const& main,
                                                             TilePart const& first);

}  // namespace sightline::codec
