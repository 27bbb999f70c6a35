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

/// Why a tile-part cannot be read; `index`: those of its tile that came before it.
Refused check_part(TilePart const& part, unsigned index, MainHeader const& header) {
  if (part.index != index) return refuse(HtRefusal::header);
  for (auto const& segment : part.segments) {
    switch (segment.code) {
      case marker::kPlt:
      case marker::kCom: break;
      case marker::kPpt:
        if (header.has_packed_headers) return refuse(HtRefusal::packed_headers);
        break;
      case marker::kPoc:
      case marker::kCod:
      case marker::kCoc:
      case marker::kQcd:
      case marker::kQcc:
      case marker::kRgn: break;
      default:
        if (header.extensions != Extensions::passed_over ||
            !part_2_marker::may_be_passed_over(segment.code))
          return refuse(HtRefusal::tile_parameters);
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

/// Of one resolution: LL; or HL, LH, HH. `body` is given which of the four it is, and which of the
/// component's, from LL on.
template <class Body>
void each_band(unsigned resolution, Body&& body) {
  if (resolution == 0) return body(0u, std::size_t{0});
  for (unsigned high = 1; high <= 3; ++high) body(high, std::size_t{3} * (resolution - 1) + high);
}

HtBandRules rules_of(ResolutionAxes const& axes, ComponentParameters const& parameters,
                     unsigned high, std::size_t index) {
  HtBandRules rules;
  rules.block_cols =
      static_cast<std::uint32_t>(cell_count(axes.x.band(high & 1), axes.x.band_block_exponent()));
  rules.block_style = parameters.style.block_style;
  rules.planes = parameters.quantization.planes(index) + parameters.roi_shift;
  return rules;
}

std::size_t count_blocks(ResolutionAxes const& axes, HtBandRules const& rules, unsigned high) {
  auto const rows = cell_count(axes.y.band(high >> 1), axes.y.band_block_exponent());
  return rules.block_cols * static_cast<std::size_t>(rows);
}

HtBand plan_band(ResolutionAxes const& axes, ComponentParameters const& parameters, unsigned high,
                 std::size_t index) {
  HtBand band;
  static_cast<HtBandRules&>(band) = rules_of(axes, parameters, high, index);
  band.area = area_of(axes.x.band(high & 1), axes.y.band(high >> 1));
  band.block_width_exponent = static_cast<std::uint8_t>(axes.x.band_block_exponent());
  band.block_height_exponent = static_cast<std::uint8_t>(axes.y.band_block_exponent());
  band.high = high;
  band.roi_shift = parameters.roi_shift;
  band.half_step = half_step_of(parameters.quantization.steps[index], parameters.size.bits);
  band.blocks.resize(count_blocks(axes, band, high));
  return band;
}

HtComponent plan_undecoded(ComponentParameters const& parameters,
                           std::array<std::uint32_t, 4> const& area, std::uint32_t discard_levels) {
  CodingStyle const& style = parameters.style;
  HtComponent component{style.is_reversible, std::vector<HtResolution>(1)};
  unsigned const last = style.decompositions - discard_levels;
  std::size_t blocks = 0;
  component.undecoded.bands.reserve(std::size_t{3} * last + 1);
  for (unsigned r = 0; r <= last; ++r) {
    auto const axes = resolution_axes(parameters.size, style, r, area);
    if (r == last)
      component.resolutions.front().area = area_of(axes.x.resolution, axes.y.resolution);
    each_band(r, [&](unsigned high, std::size_t index) {
      auto const rules = rules_of(axes, parameters, high, index);
      component.undecoded.bands.push_back({rules, static_cast<std::uint32_t>(blocks)});
      blocks += count_blocks(axes, rules, high);
    });
  }
  component.undecoded.passes.resize(blocks);
  return component;
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
    each_band(r, [&](unsigned high, std::size_t index) {
      resolution.bands.push_back(plan_band(axes, parameters, high, index));
    });
  }
  limit_to(shown, style.is_reversible, component.resolutions);
  return component;
}

/// How the tiles are read.
struct Reading {
  HtExtent extent = HtExtent::whole;
  std::uint32_t discard_levels = 0;
  bool is_damaged = false;
  std::vector<bool> const& decoded;  ///< By component; none: all.

  [[nodiscard]] bool decodes(std::size_t component) const {
    return decoded.empty() || decoded[component];
  }
};

HtTile plan_tile(MainHeader const& header, TileParameters const& parameters,
                 std::array<std::uint32_t, 4> const& area, Reading const& how,
                 HtArea const& shown) {
  HtTile tile{0, parameters.uses_mct(), {}};
  tile.components.reserve(header.components.size());
  for (std::size_t c = 0; c < header.components.size(); ++c) {
    ComponentParameters const component{header.components[c], parameters.coding.styles[c],
                                        parameters.quantization[c], parameters.roi_shifts[c]};
    tile.components.push_back(how.decodes(c)
                                  ? plan_component(component, area, how.discard_levels, shown)
                                  : plan_undecoded(component, area, how.discard_levels));
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

/// Steps of a tile's progressions through its packets, over all tiles: a second or two. So many
/// progressions cost little, whatever they are.
constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 27, kFewProgressions = 32;

/// The order of a tile's packets: by its own POC, else the main header's, else COD. A.6.6.
std::expected<Progressions, HtRefusal> tile_progressions(std::span<std::byte const> codestream,
                                                         MainHeader const& header,
                                                         TileCoding const& coding,
                                                         std::span<TilePart const* const> parts,
                                                         std::size_t precincts) {
  Progressions progressions;
  std::size_t const components = header.components.size();
  bool is_good = true;
  for (TilePart const* part : parts)
    is_good = is_good && read_progressions(codestream, part->segments, components, progressions);
  if (!progressions.has_any)
    is_good = is_good && read_progressions(codestream, header.segments, components, progressions);
  if (!is_good) return refuse(HtRefusal::progression);
  if (!progressions.has_any) progressions.runs.push_back({.order = coding.progression});
  std::uint64_t const runs = progressions.runs.size();
  std::uint64_t const steps = std::max<std::uint64_t>(precincts, 1) * coding.layers * header.tiles;
  if (runs > kFewProgressions && runs > kMostSteps / steps) return refuse(HtRefusal::cost);
  return progressions;
}

using Parts = std::vector<TilePart const*>;

/// By tile, in stream order. Where faults are looked past, a tile's parts end before the first that
/// cannot be read.
std::expected<std::vector<Parts>, HtRefusal> parts_by_tile(std::vector<TilePart> const& all,
                                                           MainHeader const& header,
                                                           bool is_damaged) {
  std::vector<Parts> parts(header.tiles);
  std::vector<bool> has_ended(header.tiles);
  for (TilePart const& part : all) {
    Parts& own = parts[part.tile];
    auto const checked = check_part(part, static_cast<unsigned>(own.size()), header);
    if (!is_damaged && !checked) return refuse(checked.error());
    // What is cut inside its header has no packets.
    bool const has_data = part.is_whole || part.data_bytes < part.end_bytes;
    has_ended[part.tile] = has_ended[part.tile] || !checked || !has_data;
    if (!is_damaged || !has_ended[part.tile]) own.push_back(&part);
  }
  return parts;
}

bool has_data(Parts const& parts) {
  return std::ranges::any_of(
      parts, [](TilePart const* part) { return part->data_bytes < part->end_bytes; });
}

/// What is the same for all tiles.
struct Source {
  std::span<std::byte const> codestream;
  MainHeader header;
  TileParameters main;
  std::vector<TilePart> all_parts;
  std::optional<MainPackedHeaders> packed;
  std::vector<Parts> parts_of_tile;
};

std::expected<Source, HtRefusal> read_source(std::span<std::byte const> codestream,
                                             Extensions extensions, bool is_damaged) {
  auto header = read_main_header(codestream, extensions);
  if (!header) return refuse(HtRefusal::header);
  auto main = read_main_parameters(codestream, *header);
  if (!main) return refuse(main.error());
  auto parts = list_tile_parts(codestream, *header);
  if (!parts) return refuse(HtRefusal::header);
  Source source{codestream, *std::move(header), *std::move(main), *std::move(parts), {}, {}};
  auto by_tile = parts_by_tile(source.all_parts, source.header, is_damaged);
  if (!by_tile) return refuse(by_tile.error());
  source.parts_of_tile = *std::move(by_tile);
  if (!source.header.has_packed_headers) return source;
  source.packed = read_ppm(codestream, source.header);
  if (!source.packed || source.packed->ends.size() < source.all_parts.size())
    return refuse(HtRefusal::packed_headers);
  return source;
}

/// Of a tile whose packet headers are apart from its packets; else nothing. A.7.4, A.7.5.
std::expected<std::optional<std::vector<std::byte>>, HtRefusal> tile_headers(Source const& source,
                                                                             Parts const& parts) {
  std::optional<std::vector<std::byte>> headers;
  if (source.packed) {
    headers.emplace();
    for (TilePart const* part : parts) {
      auto const bytes =
          source.packed->of_part(static_cast<std::size_t>(part - source.all_parts.data()));
      headers->insert(headers->end(), bytes.begin(), bytes.end());
    }
    return headers;
  }
  auto const is_ppt = [](auto const& segment) { return segment.code == marker::kPpt; };
  bool const has_ppt = std::ranges::any_of(
      parts, [&](TilePart const* part) { return std::ranges::any_of(part->segments, is_ppt); });
  if (!has_ppt) return headers;
  headers = read_ppt(source.codestream, parts);
  if (!headers) return refuse(HtRefusal::packed_headers);
  return headers;
}

/// Reads one tile, which has parts, into the plan.
Refused add_tile(Source const& source, std::uint32_t number, Reading const& how, HtPlan& plan) {
  Parts const& parts = source.parts_of_tile[number];
  std::optional<TileParameters> own;
  if (auto const segments = own_parameter_segments(parts); !segments.empty()) {
    auto read = read_own_parameters(source.codestream, source.header, source.main, segments);
    if (!read) return refuse(read.error());
    own = std::move(*read);
  }
  TileParameters const& parameters = own ? *own : source.main;
  TileCoding const& coding = parameters.coding;
  if (how.discard_levels > coding.fewest_decompositions()) return refuse(HtRefusal::header);
  auto const area = tile_area(source.header, number);
  auto precincts = tile_precincts(source.header, coding, area);
  auto const progressions =
      tile_progressions(source.codestream, source.header, coding, parts, precincts.size());
  if (!progressions) return refuse(progressions.error());
  auto const headers = tile_headers(source, parts);
  if (!headers) return refuse(headers.error());
  HtTile tile = plan_tile(source.header, parameters, area, how, plan.shown);
  tile.number = number;
  auto const read = read_tile_packets(
      coding, {source.codestream, parts, precincts, *progressions, *headers, how.is_damaged},
      how.extent, tile);
  if (!read && !(how.is_damaged && read.error() == HtRefusal::packets)) return read;
  plan.is_complete = plan.is_complete && read;
  plan.is_ht = plan.is_ht || has_ht(coding);
  for (HtComponent& component : tile.components) component.undecoded = {};
  plan.tiles.push_back(std::move(tile));
  return {};
}

std::expected<HtPlan, HtRefusal> plan_of(Source const& source, Reading const& how,
                                         std::optional<FrameRegion> const& region) {
  HtPlan plan = plan_image(source.header, how.discard_levels, region);
  plan.is_ht = has_ht(source.main.coding);
  for (std::uint32_t t = 0; t < source.header.tiles; ++t) {
    auto const area = tile_area(source.header, t);
    if (region && shown_of_tile(area, how.discard_levels, plan.shown).is_empty()) continue;
    // Of a prefix too: a tile that has not begun leaves more than a level out.
    if (!how.is_damaged && source.parts_of_tile[t].empty()) return refuse(HtRefusal::header);
    if (how.is_damaged && !has_data(source.parts_of_tile[t])) {
      plan.is_complete = false;
      continue;
    }
    if (auto added = add_tile(source, t, how, plan); !added) return refuse(added.error());
  }
  return plan;
}

}  // namespace

std::expected<HtPlan, HtRefusal> plan_htj2k(std::span<std::byte const> codestream, bool is_whole,
                                            std::uint32_t discard_levels,
                                            std::optional<FrameRegion> region,
                                            Extensions extensions,
                                            std::vector<bool> const& decoded) {
  auto const source = read_source(codestream, extensions, false);
  if (!source) return refuse(source.error());
  HtExtent const extent =
      region ? HtExtent::region
             : (is_whole && discard_levels == 0 ? HtExtent::whole : HtExtent::levels);
  return plan_of(*source, {extent, discard_levels, false, decoded}, region);
}

std::expected<HtPlan, HtRefusal> plan_damaged_htj2k(std::span<std::byte const> codestream,
                                                    std::uint32_t discard_levels,
                                                    std::optional<FrameRegion> region,
                                                    Extensions extensions,
                                                    std::vector<bool> const& decoded) {
  auto const source = read_source(codestream, extensions, true);
  if (!source) return refuse(source.error());
  if (!std::ranges::any_of(source->parts_of_tile, has_data)) return refuse(HtRefusal::header);
  HtExtent const extent =
      region ? HtExtent::region : (discard_levels == 0 ? HtExtent::whole : HtExtent::levels);
  return plan_of(*source, {extent, discard_levels, true, decoded}, region);
}

std::expected<HtPlan, HtRefusal> plan_what_is_there(std::span<std::byte const> codestream,
                                                    J2kStructure const& structure,
                                                    std::uint32_t discard_levels,
                                                    std::optional<FrameRegion> region,
                                                    std::vector<bool> const& decoded) {
  Extensions const extensions = structure.extensions;
  if (discard_levels == 0 && structure.is_cut && !region)
    return plan_damaged_htj2k(codestream, 0, {}, extensions, decoded);
  auto plan =
      plan_htj2k(codestream, structure.is_whole, discard_levels, region, extensions, decoded);
  bool const is_damaged =
      !plan && (plan.error() == HtRefusal::packets || plan.error() == HtRefusal::header);
  return is_damaged ? plan_damaged_htj2k(codestream, discard_levels, region, extensions, decoded)
                    : plan;
}

Error error_of(HtRefusal refusal, J2kStructure const& structure) {
  switch (refusal) {
    case HtRefusal::header: return {missing_code(structure), 0, "JPEG 2000 tile-parts"};
    case HtRefusal::block_style:
      return {Errc::unsupported, 0, "code-blocks of HT and Part 1 in one component"};
    case HtRefusal::layers: return {Errc::unsupported, 0, "several HT sets of a code-block"};
    case HtRefusal::progression: return {Errc::corrupt, 0, "POC out of range"};
    case HtRefusal::packed_headers:
      return {Errc::corrupt, 0, "packed packet headers (PPM, PPT) out of range"};
    case HtRefusal::tile_parameters:
      return {Errc::corrupt, 0, "a tile-part header with what does not belong there"};
    case HtRefusal::region:
      return {Errc::unsupported, 0, "a region of interest (RGN) of HT, or out of range"};
    case HtRefusal::mixed_components:
      return {Errc::corrupt, 0, "a component transform over both wavelets"};
    case HtRefusal::quantization: return {Errc::corrupt, 0, "quantization (QCD, QCC) out of range"};
    case HtRefusal::depth: return {Errc::unsupported, 0, "more than 30 bit-planes"};
    case HtRefusal::cost: return {Errc::limit_exceeded, 0, "many changes of progression"};
    case HtRefusal::packets: break;
  }
  return {missing_code(structure), 0, "JPEG 2000 packets"};
}

}  // namespace sightline::codec
