#include "codec/htj2k_plan.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "codec/htj2k_packets.hpp"
#include "codec/htj2k_region.hpp"
#include "codec/packed_headers.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/progression.hpp"
#include "codec/resolution_axis.hpp"
#include "codec/tile_parameters.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

using Refused = std::expected<void, HtRefusal>;
std::unexpected<HtRefusal> refuse(HtRefusal why) { return std::unexpected(why); }

Refused check_parts(std::vector<TilePart> const& parts, MainHeader const& header) {
  std::vector<unsigned> seen(header.tiles);
  for (TilePart const& part : parts) {
    if (part.index != seen[part.tile]++) return refuse(HtRefusal::header);
    for (auto const& segment : part.segments) {
      switch (segment.code) {
        case marker::kPlt:
        case marker::kCom: break;
        case marker::kPpt:
          if (header.has_packed_headers) return refuse(HtRefusal::packed_headers);
          break;
        case marker::kPoc: break;
        case marker::kCod:
        case marker::kCoc:
        case marker::kQcd:
        case marker::kQcc:
        case marker::kRgn:
          if (part.index != 0) return refuse(HtRefusal::tile_parameters);  // A.6.1 to A.6.5
          break;
        default: return refuse(HtRefusal::tile_parameters);
      }
    }
  }
  return {};
}

/// E-3, with the gain of a band's wavelet left to the transform (inverse_wavelet_97).
float half_step_of(Quantization::Step step, unsigned bits) {
  double const whole =
      (1.0 + step.mantissa / 2048.0) * std::ldexp(1.0, static_cast<int>(bits) - step.exponent);
  return 0.5f * static_cast<float>(whole);
}

HtArea area_of(AxisRange x, AxisRange y) {
  return {static_cast<std::uint32_t>(x.begin), static_cast<std::uint32_t>(y.begin),
          static_cast<std::uint32_t>(std::max(x.begin, x.end)),
          static_cast<std::uint32_t>(std::max(y.begin, y.end))};
}

/// One tile-component's parameters.
struct ComponentParameters {
  ComponentSize size;
  CodingStyle const& style;
  Quantization const& quantization;
  std::uint8_t roi_shift = 0;
};

/// `index`: of the component's bands, from LL on.
HtBand plan_band(ResolutionAxes const& axes, ComponentParameters const& parameters, unsigned high,
                 std::size_t index) {
  AxisRange const x = axes.x.band(high & 1), y = axes.y.band(high >> 1);
  HtBand band;
  band.area = area_of(x, y);
  band.block_width_exponent = static_cast<std::uint8_t>(axes.x.band_block_exponent());
  band.block_height_exponent = static_cast<std::uint8_t>(axes.y.band_block_exponent());
  band.block_cols = static_cast<std::uint32_t>(cell_count(x, band.block_width_exponent));
  band.high = high;
  band.block_style = parameters.style.block_style;
  band.planes = parameters.quantization.planes(index) + parameters.roi_shift;
  band.roi_shift = parameters.roi_shift;
  band.half_step = half_step_of(parameters.quantization.steps[index], parameters.size.bits);
  auto const block_rows = static_cast<std::size_t>(cell_count(y, band.block_height_exponent));
  band.blocks.resize(band.block_cols * block_rows);
  return band;
}

HtComponent plan_component(ComponentParameters const& parameters,
                           std::array<std::uint32_t, 4> const& area, std::uint32_t discard_levels,
                           HtArea const& shown) {
  CodingStyle const& style = parameters.style;
  HtComponent component{style.is_reversible, {}};
  for (unsigned r = 0; r + discard_levels <= style.decompositions; ++r) {
    auto const axes = resolution_axes(parameters.size, style, r, area);
    HtResolution& resolution = component.resolutions.emplace_back();
    resolution.area = area_of(axes.x.resolution, axes.y.resolution);
    for (unsigned band = 0; band < (r == 0 ? 1u : 3u); ++band) {
      resolution.bands.push_back(
          plan_band(axes, parameters, r == 0 ? 0 : band + 1, r == 0 ? 0 : 3 * (r - 1) + 1 + band));
    }
  }
  limit_to(shown, style.is_reversible, component.resolutions);
  return component;
}

HtTile plan_tile(MainHeader const& header, TileParameters const& parameters,
                 std::array<std::uint32_t, 4> const& area, std::uint32_t discard_levels,
                 HtArea const& shown) {
  HtTile tile{parameters.coding.uses_mct, {}};
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    tile.components.push_back(plan_component({header.components[c], parameters.coding.styles[c],
                                              parameters.quantization[c], parameters.roi_shifts[c]},
                                             area, discard_levels, shown));
  }
  return tile;
}

bool has_ht(TileCoding const& coding) {
  return std::ranges::any_of(coding.styles, [](CodingStyle const& style) {
    return (style.block_style & block_style::kHt) != 0;
  });
}

HtPlan plan_image(MainHeader const& header, std::uint32_t discard_levels,
                  std::optional<FrameRegion> const& region) {
  HtPlan plan;
  plan.bits = header.components.front().bits;
  plan.is_signed = header.components.front().is_signed;
  auto const reduced = [&](std::uint32_t edge) {
    return static_cast<std::uint32_t>(ceil_shift(edge, discard_levels));
  };
  plan.shown = {reduced(header.x0), reduced(header.y0), reduced(header.x1), reduced(header.y1)};
  if (region) {
    std::uint32_t const x = plan.shown.x0 + region->x, y = plan.shown.y0 + region->y;
    plan.shown = {x, y, x + region->cols, y + region->rows};
  }
  return plan;
}

/// The order of a tile's packets: by its own POC, else the main header's, else COD. A.6.6.
std::expected<std::vector<Progression>, HtRefusal> tile_progressions(
    std::span<std::byte const> codestream, MainHeader const& header, TileCoding const& coding,
    std::span<TilePart const* const> parts) {
  std::vector<Progression> runs;
  std::size_t const components = header.components.size();
  bool is_good = true;
  for (TilePart const* part : parts)
    is_good = is_good && read_progressions(codestream, part->segments, components, runs);
  if (runs.empty())
    is_good = is_good && read_progressions(codestream, header.segments, components, runs);
  if (!is_good) return refuse(HtRefusal::progression);
  if (runs.empty()) runs.push_back({.order = coding.progression});
  return runs;
}

/// Of a tile whose packet headers are apart from its packets; else nothing. A.7.4, A.7.5.
std::expected<std::optional<std::vector<std::byte>>, HtRefusal> tile_headers(
    std::span<std::byte const> codestream, std::optional<MainPackedHeaders> const& main,
    std::vector<TilePart> const& all, std::span<TilePart const* const> parts) {
  std::optional<std::vector<std::byte>> headers;
  if (main) {
    headers.emplace();
    for (TilePart const* part : parts) {
      auto const bytes = main->of_part(static_cast<std::size_t>(part - all.data()));
      headers->insert(headers->end(), bytes.begin(), bytes.end());
    }
    return headers;
  }
  auto const is_ppt = [](auto const& segment) { return segment.code == marker::kPpt; };
  bool const has_ppt = std::ranges::any_of(
      parts, [&](TilePart const* part) { return std::ranges::any_of(part->segments, is_ppt); });
  if (!has_ppt) return headers;
  headers = read_ppt(codestream, parts);
  if (!headers) return refuse(HtRefusal::packed_headers);
  return headers;
}

}  // namespace

std::expected<HtPlan, HtRefusal> plan_htj2k(std::span<std::byte const> codestream, bool is_whole,
                                            std::uint32_t discard_levels,
                                            std::optional<FrameRegion> region) {
  auto const header = read_main_header(codestream);
  if (!header) return refuse(HtRefusal::header);
  auto const main = read_main_parameters(codestream, *header);
  if (!main) return refuse(main.error());
  auto const parts = list_tile_parts(codestream, *header);
  if (!parts) return refuse(HtRefusal::header);
  if (auto checked = check_parts(*parts, *header); !checked) return refuse(checked.error());

  std::optional<MainPackedHeaders> packed;
  if (header->has_packed_headers) {
    packed = read_ppm(codestream, *header);
    if (!packed || packed->ends.size() < parts->size()) return refuse(HtRefusal::packed_headers);
  }
  std::vector<std::vector<TilePart const*>> parts_of_tile(header->tiles);
  for (TilePart const& part : *parts) parts_of_tile[part.tile].push_back(&part);
  HtPlan plan = plan_image(*header, discard_levels, region);
  plan.is_ht = has_ht(main->coding);
  HtExtent const extent =
      region ? HtExtent::region
             : (is_whole && discard_levels == 0 ? HtExtent::whole : HtExtent::levels);
  for (std::uint32_t t = 0; t < header->tiles; ++t) {
    auto const area = tile_area(*header, t);
    if (region && shown_of_tile(area, discard_levels, plan.shown).is_empty()) continue;
    // Of a prefix too: a tile that has not begun leaves more than a level out.
    if (parts_of_tile[t].empty()) return refuse(HtRefusal::header);
    TilePart const& first = *parts_of_tile[t].front();
    std::optional<TileParameters> own;
    if (has_own_parameters(first)) {
      auto read = read_own_parameters(codestream, *header, *main, first);
      if (!read) return refuse(read.error());
      own = std::move(*read);
    }
    TileParameters const& parameters = own ? *own : *main;
    TileCoding const& coding = parameters.coding;
    if (discard_levels > coding.fewest_decompositions()) return refuse(HtRefusal::header);
    auto precincts = tile_precincts(*header, coding, area);
    auto const progressions = tile_progressions(codestream, *header, coding, parts_of_tile[t]);
    if (!progressions) return refuse(progressions.error());
    auto const headers = tile_headers(codestream, packed, *parts, parts_of_tile[t]);
    if (!headers) return refuse(headers.error());
    HtTile tile = plan_tile(*header, parameters, area, discard_levels, plan.shown);
    auto const read = read_tile_packets(
        coding, {codestream, parts_of_tile[t], precincts, *progressions, *headers}, extent, tile);
    if (!read) return refuse(read.error());
    plan.is_ht = plan.is_ht || has_ht(coding);
    plan.tiles.push_back(std::move(tile));
  }
  return plan;
}

}  // namespace sightline::codec
