#include "codec/j2k_structure.hpp"

#include <algorithm>
#include <set>

#include "codec/packet_walker.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

/// A 3000 x 4000 mammogram in 128 x 128 tiles has 750. Each costs the library about 6 KB up front.
constexpr std::uint32_t kMaxTiles = 8192;
/// Of components and tiles, different ones.
constexpr std::size_t kMaxStyles = kMaxPart2Components;
/// Packet iterator entries of one tile (two bytes each): layers x precincts x resolutions.
constexpr std::uint64_t kMaxPacketSlots = std::uint64_t{1} << 26;

Status check_image(MainHeader const& header, DecodeRequest const& request, FrameShape const& shape,
                   bool may_differ) {
  if (header.x1 - header.x0 != shape.cols || header.y1 - header.y0 != shape.rows) {
    return fail(Errc::corrupt, "codestream and data set differ in size");
  }
  // PS3.5 A.4.4: the multi-component transform may take frames for components. Which of them a
  // frame is, its bytes do not say.
  if (header.extensions != Extensions::none && header.components.size() > shape.samples) {
    return fail(Errc::unsupported, "several frames in one codestream (JPEG 2000 Part 2)");
  }
  if (header.components.size() != shape.samples) {
    return fail(Errc::corrupt, "codestream and data set differ in samples per pixel");
  }
  ComponentSize const& first = header.components.front();
  for (ComponentSize const& component : header.components) {
    if (component.step_x != 1 || component.step_y != 1) {
      return fail(Errc::unsupported, "subsampled components");
    }
    if (!may_differ && (component.bits != first.bits || component.is_signed != first.is_signed)) {
      return fail(Errc::unsupported, "components of different depth");
    }
    // Quirk: bits stored may differ from the codestream's precision; the codestream is right.
    if (component.bits > 8 * shape.sample_bytes || component.bits > 32) {
      return fail(Errc::corrupt, "codestream is deeper than bits allocated");
    }
  }
  if (request.discard_levels > 0 && (header.x0 != 0 || header.y0 != 0)) {
    return fail(Errc::unsupported, "reduced decoding of an image with an offset");
  }
  return {};
}

/// Of a tile-part that the input has no end of, the library allocates what Psot says: no lossless
/// coding, and no lossy one that is of use, takes this much more than the samples.
Status check_stated_length(TilePart const& part, FrameShape const& shape) {
  constexpr std::uint64_t kTimesSamples = 4, kMore = std::uint64_t{1} << 20;
  if (part.is_whole || part.stated_bytes <= kTimesSamples * shape.bytes + kMore) return {};
  return fail(Errc::limit_exceeded, "a tile-part that is longer than its samples",
              part.offset_bytes);
}

/// Every coding style that the stream sets, with the most layers of any.
struct Styles {
  std::set<CodingStyle> all;
  std::uint16_t layers = 1;
  bool uses_mct = false, is_cut = false;  ///< as in J2kStructure
  std::size_t end_bytes = 0;
};

/// True when the tile-parts are not those of the whole picture: a tile without any, one that ends
/// early, or fewer of a tile than it states. Files of the field count tile-parts from 1, too.
bool lacks_parts(std::vector<TilePart> const& parts, MainHeader const& header) {
  std::vector<std::uint16_t> seen(header.tiles), stated(header.tiles);
  for (TilePart const& part : parts) {
    if (!part.is_whole) return true;
    seen[part.tile] = std::max<std::uint16_t>(seen[part.tile], part.index + 1u);
    stated[part.tile] = std::max<std::uint16_t>(stated[part.tile], part.count);
  }
  for (std::size_t tile = 0; tile < seen.size(); ++tile)
    if (seen[tile] == 0 || seen[tile] < stated[tile]) return true;
  return false;
}

Result<Styles> collect_styles(std::span<std::byte const> codestream, MainHeader const& header,
                              FrameShape const& shape) {
  bool const passes_over = header.extensions == Extensions::passed_over;
  Styles styles{{}, header.coding.layers, header.coding.uses_mct, false, codestream.size()};
  styles.all.insert(header.coding.styles.begin(), header.coding.styles.end());
  auto const parts = list_tile_parts(codestream, header);
  if (!parts) {
    // A prefix may end before the first tile-part; the decoder says what that means.
    styles.is_cut = true;
    if (parts.error().code == Errc::truncated) return styles;
    return std::unexpected(parts.error());
  }
  styles.is_cut = lacks_parts(*parts, header);
  TilePart const& last = parts->back();
  bool const has_data = last.is_whole || last.data_bytes < codestream.size();
  // A tile-part that is cut inside its header has nothing to decode.
  styles.end_bytes = has_data ? last.end_bytes : last.offset_bytes;
  for (TilePart const& part : *parts) {
    if (auto status = check_stated_length(part, shape); !status)
      return std::unexpected(status.error());
    for (auto const& segment : part.segments) {
      if (!passes_over && part_2_marker::is_multi_component(segment.code))
        return fail(Errc::unsupported, "a tile with component transforms of its own");
      if (segment.code != marker::kCod && segment.code != marker::kCoc) continue;
      TileCoding coding;
      // The main header has said what there may be of Part 2.
      auto const style =
          read_coding_style(segment, codestream, header.components.size(),
                            passes_over ? header.extensions : Extensions::refused, coding);
      if (!style) return std::unexpected(style.error());
      styles.layers = std::max(styles.layers, coding.layers);
      styles.uses_mct = styles.uses_mct || coding.uses_mct;
      styles.all.insert(*style);
      if (styles.all.size() > kMaxStyles) return fail(Errc::limit_exceeded, "many coding styles");
    }
  }
  return styles;
}

Status check_cost(MainHeader const& header, Styles const& styles, FrameShape const& shape) {
  // Any style may rule any tile: each is held against the bounds as if it ruled all.
  auto const area = single_tile_area(header);
  for (CodingStyle const& style : styles.all) {
    std::vector<CodingStyle> const each(header.components.size(), style);
    LayoutCost const cost = layout_cost(header, each, area);
    std::uint64_t const precincts = cost.precincts * header.tiles;
    std::uint64_t const blocks = cost.blocks * header.tiles;
    // 8 x 8 code-blocks pass; what is finer must be small.
    std::uint64_t const bound = 65536 + shape.values / 32;
    if (precincts > std::min(bound, kMaxPrecincts) || blocks > std::min(bound, kMaxBlocks)) {
      return fail(Errc::limit_exceeded, "too many precincts or code-blocks");
    }
    std::uint64_t const slots = cost.precincts * styles.layers * (style.decompositions + 1u);
    if (slots > kMaxPacketSlots) return fail(Errc::limit_exceeded, "too many packets");
  }
  return {};
}

}  // namespace

Result<J2kStructure> check_j2k(std::span<std::byte const> codestream, DecodeRequest const& request,
                               FrameShape const& shape, Extensions extensions, bool may_differ) {
  auto const header = read_main_header(codestream, extensions);
  if (!header) return std::unexpected(header.error());
  if (auto status = check_image(*header, request, shape, may_differ); !status) {
    return std::unexpected(status.error());
  }
  if (header->tiles > kMaxTiles) return fail(Errc::limit_exceeded, "many tiles");
  auto const styles = collect_styles(codestream, *header, shape);
  if (!styles) return std::unexpected(styles.error());
  if (std::ranges::any_of(styles->all, [&](CodingStyle const& style) {
        return request.discard_levels > style.decompositions;
      })) {
    return fail(Errc::invalid_argument, "more levels to discard than there are");
  }
  if (auto status = check_cost(*header, *styles, shape); !status) {
    return std::unexpected(status.error());
  }
  std::uint64_t const step = std::uint64_t{1} << request.discard_levels;
  J2kStructure structure;
  structure.extensions = extensions;
  structure.uses_mct = styles->uses_mct;
  structure.is_whole = ends_with_eoc(codestream);
  structure.is_cut = styles->is_cut;
  structure.end_bytes = styles->end_bytes;
  structure.rows = static_cast<std::uint32_t>((shape.rows + step - 1) / step);
  structure.cols = static_cast<std::uint32_t>((shape.cols + step - 1) / step);
  return structure;
}

Errc missing_code(J2kStructure const& structure) {
  return structure.is_whole && !structure.is_cut ? Errc::corrupt : Errc::truncated;
}

bool is_rgb_of_j2k(PixelFormat const& format, J2kStructure const& structure) {
  return format.samples_per_pixel == 3 &&
         (structure.uses_mct || is_rgb_when_decoded(format.photometric));
}

}  // namespace sightline::codec
