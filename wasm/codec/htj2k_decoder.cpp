#include "codec/htj2k_decoder.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "codec/component_rows.hpp"
#include "codec/component_transform.hpp"
#include "codec/frame_region.hpp"
#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_rows.hpp"
#include "codec/j2k_structure.hpp"
#include "codec/jp2_codestream.hpp"
#include "codec/part_2_decoder.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kMctComponents = 3;

/// Components of a tile that are decoded together.
struct ComponentGroup {
  std::size_t first = 0, count = 1;
  std::unique_ptr<ComponentRows> rows;
};

std::vector<ComponentGroup> groups_of(HtPlan const& plan, HtTile const& tile, HtRowSource& source) {
  std::vector<ComponentGroup> groups;
  auto const all = std::span(tile.components);
  for (std::size_t first = 0; first < all.size();) {
    bool const is_mixed = tile.uses_mct && first == 0;
    std::size_t const count = is_mixed ? kMctComponents : 1;
    auto rows =
        component_rows(source, all.subspan(first, count), {plan.bits, plan.is_signed, is_mixed});
    groups.push_back({first, count, std::move(rows)});
    first += count;
  }
  return groups;
}

/// One tile: all components' rows side by side.
void decode_tile(HtPlan const& plan, HtTile const& tile, HtRowSource& source,
                 HtOutput const& output) {
  auto const groups = groups_of(plan, tile, source);
  HtArea const& area = tile.components.front().resolutions.back().shown;
  std::size_t const count = area.cols(), samples = tile.components.size();
  std::vector<std::int32_t> room(samples * (count + kRowMargin));
  std::vector<std::int32_t*> values(samples);
  std::vector<std::int32_t const*> ordered(samples);
  for (std::size_t c = 0; c < samples; ++c) values[c] = room.data() + c * (count + kRowMargin);
  for (std::size_t c = 0; c < samples; ++c)
    ordered[c] = values[samples == 1 ? 0 : output.component_of_sample[c]];
  for (std::uint32_t y = area.y0; y < area.y1; ++y) {
    for (ComponentGroup const& group : groups)
      group.rows->next(std::span(values).subspan(group.first, group.count));
    std::size_t const first =
        std::size_t{y - plan.shown.y0} * output.cols + (area.x0 - plan.shown.x0);
    store_samples(ordered, count, output.sample_bytes,
                  output.bytes.data() + first * samples * output.sample_bytes);
  }
}

bool lies_inside(HtPlan const& plan, HtOutput const& output) {
  for (HtTile const& tile : plan.tiles) {
    for (HtComponent const& component : tile.components) {
      HtArea const& area = component.resolutions.back().shown;
      if (area.x0 < plan.shown.x0 || area.y0 < plan.shown.y0 ||
          area.x1 - plan.shown.x0 > output.cols || area.y1 - plan.shown.y0 > output.rows) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

std::optional<HtDecoded> decode_plan(HtPlan const& plan, std::span<std::byte const> codestream,
                                     HtOutput const& output) {
  if (!lies_inside(plan, output)) return std::nullopt;
  HtBlockDecoder blocks;
  J2kBlockDecoder part_1_blocks;
  HtRowSource source{codestream, blocks, part_1_blocks};
  source.set_narrow_for(output.bytes.size(), output.sample_bytes);
  for (HtTile const& tile : plan.tiles) decode_tile(plan, tile, source, output);
  return HtDecoded{source.decoded_blocks, source.broken_blocks};
}

namespace {

Result<DecodedFrame> decode_part_1(DecodeRequest const& request, Limits const& limits,
                                   Extensions extensions) {
  PixelFormat const& format = request.format;
  auto shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  auto const codestream = find_codestream(request.bytes);
  if (!codestream) return std::unexpected(codestream.error());
  auto const structure = check_j2k(codestream->bytes, request, *shape, extensions);
  if (!structure) return std::unexpected(structure.error());
  auto const& region = request.region;
  if (region && !is_inside(*region, structure->rows, structure->cols))
    return fail(Errc::invalid_argument, "a region that is not in the picture");
  auto const plan =
      plan_what_is_there(codestream->bytes, *structure, request.discard_levels, region);
  if (!plan) return std::unexpected(error_of(plan.error(), *structure));

  shape->rows = region ? region->rows : structure->rows;
  shape->cols = region ? region->cols : structure->cols;
  shape->values = std::uint64_t{shape->rows} * shape->cols * shape->samples;
  shape->bytes = shape->values * shape->sample_bytes;
  DecodedFrame frame{make_block(*shape, format.is_signed), false};
  frame.block_is_rgb = is_rgb_of_j2k(format, *structure);
  HtOutput const output{frame.block.bytes, shape->rows, shape->cols, shape->sample_bytes,
                        codestream->component_of_sample};
  auto const decoded = decode_plan(*plan, codestream->bytes, output);
  if (!decoded) return fail(Errc::corrupt, "tiles outside the image");
  bool const is_full = request.discard_levels == 0;
  bool const is_cut = is_full && structure->is_cut && !region;
  bool const is_whole = plan->is_complete && decoded->broken_blocks == 0;
  if (is_whole && !is_cut) return frame;
  Errc const code = missing_code(*structure);
  // All packets of a picture without a coefficient may be there.
  bool const has_nothing = !is_whole && !region && decoded->blocks == decoded->broken_blocks;
  if (has_nothing) return fail(code, "JPEG 2000 code-blocks");
  frame.missing = MissingPart{code, 0};
  return frame;
}

/// Of components that are frames, or mixed, or lack a step, the whole.
Result<DecodedFrame> decode_components(DecodeRequest const& request, Limits const& limits) {
  auto const codestream = find_codestream(request.bytes);
  if (!codestream) return std::unexpected(codestream.error());
  auto const header = read_part_2_header(codestream->bytes);
  if (!header) return std::unexpected(header.error());
  return decode_part_2(request, limits, *codestream, *header);
}

}  // namespace

Result<DecodedFrame> decode_htj2k(DecodeRequest const& request, Limits const& limits) {
  auto const codestream = find_codestream(request.bytes);
  if (!codestream) return std::unexpected(codestream.error());
  if (!is_part_2(codestream->bytes)) return decode_part_1(request, limits, Extensions::none);
  bool const is_wrapped = codestream->bytes.size() != request.bytes.size();
  {  // Its matrices: here, or there, not both.
    auto const header = read_part_2_header(codestream->bytes);
    if (!header) return std::unexpected(header.error());
    if (!header->frame && !header->has_stages() && !header->left && !is_wrapped)
      return decode_part_1(request, limits, Extensions::passed_over);
  }
  return decode_and_crop(decode_components, request, limits);
}

}  // namespace sightline::codec
