#include "codec/tile_parameters.hpp"

#include <algorithm>
#include <array>

#include "codec/htj2k_block_decoder.hpp"
#include "codec/packet_reader.hpp"

namespace sightline::codec {
namespace {

using Refused = std::expected<void, HtRefusal>;
std::unexpected<HtRefusal> refuse(HtRefusal why) { return std::unexpected(why); }

/// Sums wrap where OpenJPEG's do; reals are rounded to what 32 bits have.
constexpr unsigned kMostReversibleBits = 32, kMostIrreversibleBits = 31;
constexpr std::size_t kMctComponents = 3;

/// Every band's planes must fit the HT block decoder's words; of Part 1, those that a block codes
/// (read_tile_packets). Steps of a reversible transform are 1, whatever they are said to be
/// (E.1.2), and those of an irreversible one that has exponents only are powers of two: as OpenJPEG
/// has it.
Refused check_quantization(Quantization const& quantization, CodingStyle const& style) {
  std::size_t const bands = 3u * style.decompositions + 1;
  bool const is_ht = (style.block_style & block_style::kHt) != 0;
  if (quantization.step_count < bands) return refuse(HtRefusal::quantization);
  for (std::size_t band = 0; band < bands; ++band) {
    int const planes = quantization.planes(band);
    if (planes < 0) return refuse(HtRefusal::quantization);
    if (is_ht && planes > static_cast<int>(kHtMostPlanes)) return refuse(HtRefusal::depth);
  }
  return {};
}

Refused check_component(TileParameters const& parameters, std::size_t component, unsigned bits) {
  using namespace block_style;
  CodingStyle const& style = parameters.coding.styles[component];
  bool const is_ht = (style.block_style & kHt) != 0;
  if ((style.block_style & kHtMixed) != 0 || (is_ht && (style.block_style & ~kWithHt) != 0))
    return refuse(HtRefusal::block_style);
  if (is_ht && parameters.roi_shifts[component] != 0) return refuse(HtRefusal::region);
  if (bits > (style.is_reversible ? kMostReversibleBits : kMostIrreversibleBits))
    return refuse(HtRefusal::depth);
  return check_quantization(parameters.quantization[component], style);
}

Refused check(TileParameters const& parameters, MainHeader const& header) {
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    if (auto checked = check_component(parameters, c, header.components[c].bits); !checked)
      return checked;
  }
  if (!parameters.uses_mct()) return {};
  // G.2, G.3: RCT is of reversible components, ICT of irreversible ones.
  auto const& styles = parameters.coding.styles;
  for (std::size_t c = 1; c < kMctComponents; ++c) {
    if (styles[c].is_reversible != styles[0].is_reversible)
      return refuse(HtRefusal::mixed_components);
  }
  return {};
}

std::expected<TileParameters, HtRefusal> with(std::span<std::byte const> codestream,
                                              MainHeader const& header,
                                              std::span<MarkerSegment const> segments,
                                              TileParameters parameters) {
  if (!read_quantization(codestream, segments, parameters.quantization))
    return refuse(HtRefusal::quantization);
  if (!read_roi_shifts(codestream, segments, parameters.roi_shifts))
    return refuse(HtRefusal::region);
  if (auto checked = check(parameters, header); !checked) return refuse(checked.error());
  return parameters;
}

}  // namespace

std::expected<TileParameters, HtRefusal> read_main_parameters(std::span<std::byte const> codestream,
                                                              MainHeader const& header) {
  std::size_t const components = header.components.size();
  return with(codestream, header, header.segments,
              {header.coding, std::vector<Quantization>(components), RoiShifts(components)});
}

bool TileParameters::uses_mct() const {
  return coding.uses_mct && coding.styles.size() >= kMctComponents;
}

bool has_own_parameters(TilePart const& first) {
  constexpr std::array kCodes = {marker::kCod, marker::kCoc, marker::kQcd, marker::kQcc,
                                 marker::kRgn};
  return std::ranges::any_of(first.segments, [&](MarkerSegment const& segment) {
    return std::ranges::find(kCodes, segment.code) != kCodes.end();
  });
}

std::expected<TileParameters, HtRefusal> read_own_parameters(std::span<std::byte const> codestream,
                                                             MainHeader const& header,
                                                             TileParameters const& main,
                                                             TilePart const& first) {
  TileParameters own = main;
  if (!read_tile_coding(codestream, first.segments, false, own.coding))
    return refuse(HtRefusal::tile_parameters);
  return with(codestream, header, first.segments, std::move(own));
}

}  // namespace sightline::codec
