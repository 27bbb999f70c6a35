#include "codec/htj2k_plan.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_packets.hpp"
#include "codec/htj2k_region.hpp"
#include "codec/packed_headers.hpp"
#include "codec/packet_reader.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/progression.hpp"
#include "codec/quantization.hpp"
#include "codec/region_of_interest.hpp"
#include "codec/resolution_axis.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

using Refused = std::expected<void, HtRefusal>;
std::unexpected<HtRefusal> refuse(HtRefusal why) { return std::unexpected(why); }

/// Sums wrap where OpenJPEG's do; reals are rounded to what 32 bits have.
constexpr unsigned kMostReversibleBits = 32, kMostIrreversibleBits = 31;

Refused check_header(MainHeader const& header) {
  using namespace block_style;
  CodingStyle const& first = header.styles.front();
  for (CodingStyle const& style : header.styles) {
    bool const is_ht = (style.block_style & kHt) != 0;
    if ((style.block_style & kHtMixed) != 0 || (is_ht && (style.block_style & ~kWithHt) != 0))
      return refuse(HtRefusal::block_style);
    if (style.is_reversible != first.is_reversible || style.block_style != first.block_style ||
        style.decompositions != first.decompositions) {
      return refuse(HtRefusal::mixed_components);
    }
  }
  if (header.uses_mct && header.components.size() < 3) return refuse(HtRefusal::mixed_components);
  unsigned const most = first.is_reversible ? kMostReversibleBits : kMostIrreversibleBits;
  if (header.components.front().bits > most) return refuse(HtRefusal::depth);
  return {};
}

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
        case marker::kPoc:  // A tile's own hold instead of the main header's; OpenJPEG adds them.
          if (header.has_poc) return refuse(HtRefusal::progression);
          break;
        case marker::kRgn:
          if (part.index != 0) return refuse(HtRefusal::region);  // A.6.3
          break;
        default: return refuse(HtRefusal::tile_parameters);
      }
    }
  }
  return {};
}

/// Every band's planes must fit the HT block decoder's words; of Part 1, those that a block codes
/// (read_tile_packets). Steps of a reversible transform are 1, whatever they are said to be
/// (E.1.2), and those of an irreversible one that has exponents only are powers of two: as OpenJPEG
/// has it.
Refused check_quantization(std::vector<Quantization> const& all, MainHeader const& header) {
  for (std::size_t c = 0; c < all.size(); ++c) {
    CodingStyle const& style = header.styles[c];
    std::size_t const bands = 3u * style.decompositions + 1;
    bool const is_ht = (style.block_style & block_style::kHt) != 0;
    if (all[c].step_count < bands) return refuse(HtRefusal::quantization);
    for (std::size_t band = 0; band < bands; ++band) {
      int const planes = all[c].planes(band);
      if (planes < 0) return refuse(HtRefusal::quantization);
      if (is_ht && planes > static_cast<int>(kHtMostPlanes)) return refuse(HtRefusal::depth);
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

HtBand plan_band(ResolutionAxes const& axes, unsigned high, Quantization const& quantization,
                 std::size_t index, unsigned bits, std::uint8_t roi_shift) {
  AxisRange const x = axes.x.band(high & 1), y = axes.y.band(high >> 1);
  HtBand band;
  band.area = area_of(x, y);
  band.block_width_exponent = static_cast<std::uint8_t>(axes.x.band_block_exponent());
  band.block_height_exponent = static_cast<std::uint8_t>(axes.y.band_block_exponent());
  band.block_cols = static_cast<std::uint32_t>(cell_count(x, band.block_width_exponent));
  band.high = high;
  band.planes = quantization.planes(index) + roi_shift;
  band.roi_shift = roi_shift;
  band.half_step = half_step_of(quantization.steps[index], bits);
  auto const block_rows = static_cast<std::size_t>(cell_count(y, band.block_height_exponent));
  band.blocks.resize(band.block_cols * block_rows);
  return band;
}

HtTile plan_tile(MainHeader const& header, std::vector<Quantization> const& quantization,
                 RoiShifts const& roi_shifts, std::array<std::uint32_t, 4> const& area,
                 unsigned resolutions, HtArea const& shown) {
  HtTile tile;
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    auto& component = tile.components.emplace_back();
    unsigned const bits = header.components[c].bits;
    for (unsigned r = 0; r < resolutions; ++r) {
      auto const axes = resolution_axes(header.components[c], header.styles[c], r, area);
      HtResolution& resolution = component.emplace_back();
      resolution.area = area_of(axes.x.resolution, axes.y.resolution);
      for (unsigned band = 0; band < (r == 0 ? 1u : 3u); ++band) {
        resolution.bands.push_back(plan_band(axes, r == 0 ? 0 : band + 1, quantization[c],
                                             r == 0 ? 0 : 3 * (r - 1) + 1 + band, bits,
                                             roi_shifts[c]));
      }
    }
    limit_to(shown, header.styles[c].is_reversible, component);
  }
  return tile;
}

HtPlan plan_image(MainHeader const& header, std::uint32_t discard_levels,
                  std::optional<FrameRegion> const& region) {
  HtPlan plan;
  plan.bits = header.components.front().bits;
  plan.is_signed = header.components.front().is_signed;
  plan.is_reversible = header.styles.front().is_reversible;
  plan.block_style = header.styles.front().block_style;
  plan.is_ht = (plan.block_style & block_style::kHt) != 0;
  plan.uses_mct = header.uses_mct;
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

/// The order of a tile's packets: by its own POC, the main header's, or COD.
std::expected<std::vector<Progression>, HtRefusal> tile_progressions(
    std::span<std::byte const> codestream, MainHeader const& header,
    std::span<TilePart const* const> parts) {
  std::vector<Progression> runs;
  std::size_t const components = header.components.size();
  bool is_good = read_progressions(codestream, header.segments, components, runs);
  for (TilePart const* part : parts)
    is_good = is_good && read_progressions(codestream, part->segments, components, runs);
  if (!is_good) return refuse(HtRefusal::progression);
  if (runs.empty()) runs.push_back({.order = header.progression});
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
  if (auto checked = check_header(*header); !checked) return refuse(checked.error());
  auto const quantization = read_quantization(codestream, *header);
  if (!quantization) return refuse(HtRefusal::quantization);
  if (auto checked = check_quantization(*quantization, *header); !checked) {
    return refuse(checked.error());
  }
  RoiShifts roi_shifts(header->components.size());
  if (!read_roi_shifts(codestream, header->segments, roi_shifts)) return refuse(HtRefusal::region);
  auto const parts = list_tile_parts(codestream, *header);
  if (!parts) return refuse(HtRefusal::header);
  if (auto checked = check_parts(*parts, *header); !checked) return refuse(checked.error());
  unsigned const decompositions = header->styles.front().decompositions;
  if (discard_levels > decompositions) return refuse(HtRefusal::header);

  std::optional<MainPackedHeaders> packed;
  if (header->has_packed_headers) {
    packed = read_ppm(codestream, *header);
    if (!packed || packed->ends.size() < parts->size()) return refuse(HtRefusal::packed_headers);
  }
  std::vector<std::vector<TilePart const*>> parts_of_tile(header->tiles);
  for (TilePart const& part : *parts) parts_of_tile[part.tile].push_back(&part);
  HtPlan plan = plan_image(*header, discard_levels, region);
  HtExtent const extent =
      region ? HtExtent::region
             : (is_whole && discard_levels == 0 ? HtExtent::whole : HtExtent::levels);
  for (std::uint32_t t = 0; t < header->tiles; ++t) {
    auto const area = tile_area(*header, t);
    if (region && shown_of_tile(area, discard_levels, plan.shown).is_empty()) continue;
    // Of a prefix too: a tile that has not begun leaves more than a level out.
    if (parts_of_tile[t].empty()) return refuse(HtRefusal::header);
    auto precincts = tile_precincts(*header, area);
    RoiShifts shifts = roi_shifts;
    if (!read_roi_shifts(codestream, parts_of_tile[t].front()->segments, shifts) ||
        (plan.is_ht && std::ranges::any_of(shifts, std::identity{}))) {
      return refuse(HtRefusal::region);
    }
    auto const progressions = tile_progressions(codestream, *header, parts_of_tile[t]);
    if (!progressions) return refuse(progressions.error());
    auto const headers = tile_headers(codestream, packed, *parts, parts_of_tile[t]);
    if (!headers) return refuse(headers.error());
    HtTile tile = plan_tile(*header, *quantization, shifts, area,
                            decompositions - discard_levels + 1, plan.shown);
    auto const read = read_tile_packets(
        *header, {codestream, parts_of_tile[t], precincts, *progressions, *headers}, extent, tile);
    if (!read) return refuse(read.error());
    plan.tiles.push_back(std::move(tile));
  }
  return plan;
}

}  // namespace sightline::codec
