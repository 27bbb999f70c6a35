#include "codec/tile_parameters.hpp"

#include <algorithm>
#include <array>

#include "codec/packet_reader.hpp"

namespace sightline::codec {
namespace {

using Refused = std::expected<void, HtRefusal>;
std::unexpected<HtRefusal> refuse(HtRefusal why) { return std::unexpected(why); }

/// Sums wrap where OpenJPEG's do; reals are rounded to what 32 bits have.
constexpr unsigned kMostBits = 32;
constexpr std::size_t kMctComponents = 3;

/// Steps of a reversible transform are 1, whatever they are said to be (E.1.2), and those of an
/// irreversible one that has exponents only are powers of two: as OpenJPEG has it. How many planes
/// a block decoder takes is asked of each code-block (read_tile_packets). Styles of Part 1's
/// code-blocks say nothing of HT's, but for the stripes'.
Refused check_component(TileParameters const& parameters, std::size_t component, unsigned bits) {
  using namespace block_style;
  CodingStyle const& style = parameters.coding.styles[component];
  bool const is_ht = (style.block_style & kHt) != 0;
  if ((style.block_style & kHtMixed) != 0) return refuse(HtRefusal::block_style);
  if (is_ht && parameters.roi_shifts[component] != 0) return refuse(HtRefusal::region);
  if (bits > kMostBits) return refuse(HtRefusal::depth);
  std::size_t const bands = 3u * style.decompositions + 1;
  if (parameters.quantization[component].step_count < bands) return refuse(HtRefusal::quantization);
  return {};
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

std::vector<MarkerSegment> own_parameter_segments(std::span<TilePart const* const> parts) {
  constexpr std::array kCodes = {marker::kCod, marker::kCoc, marker::kQcd, marker::kQcc,
                                 marker::kRgn};
  std::vector<MarkerSegment> own;
  for (TilePart const* part : parts) {
    for (MarkerSegment const& segment : part->segments)
      if (std::ranges::find(kCodes, segment.code) != kCodes.end()) own.push_back(segment);
  }
  return own;
}

std::expected<TileParameters, HtRefusal> read_own_parameters(
    std::span<std::byte const> codestream, MainHeader const& header, TileParameters const& main,
    std::span<MarkerSegment const> segments) {
  TileParameters own = main;
  if (!read_tile_coding(codestream, segments, header.extensions, own.coding))
    return refuse(HtRefusal::tile_parameters);
  return with(codestream, header, segments, std::move(own));
}

}  // namespace sightline::codec
