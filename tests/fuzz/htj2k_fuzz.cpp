#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "codec/codestream.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/main_header.hpp"
#include "codec/tile_parts.hpp"
#include "fuzz_request.hpp"
#include "openjpeg_reference.hpp"

namespace {

using namespace sightline;

/// Where a byte of MQ code carries into the 0xFF before it, OpenJPEG adds the carry late: codes
/// that no encoder makes may read otherwise.
bool has_carry(std::span<std::byte const> bytes) {
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    unsigned const byte = std::to_integer<unsigned>(bytes[i]);
    if (bytes[i - 1] == std::byte{0xff} && byte >= 0x80 && byte <= 0x8f) return true;
  }
  return false;
}

/// OpenJPEG takes the largest background of a region of interest for what is of interest.
bool has_region_of_interest(codec::HtPlan const& plan) {
  for (codec::HtTile const& tile : plan.tiles)
    for (codec::HtComponent const& component : tile.components)
      if (component.resolutions.front().bands.front().roi_shift != 0) return true;
  return false;
}

bool has_part_1_blocks(codec::HtPlan const& plan) {
  return std::ranges::any_of(plan.tiles, [](codec::HtTile const& tile) {
    return std::ranges::any_of(tile.components, [](codec::HtComponent const& component) {
      return !component.resolutions.front().bands.front().is_ht();
    });
  });
}

using Segments = std::vector<codec::MarkerSegment>;
bool has(Segments const& segments, std::uint16_t code) {
  return std::ranges::find(segments, code, &codec::MarkerSegment::code) != segments.end();
}

/// A segment of one component before the one of all, which OpenJPEG lets hold.
bool has_component_first(Segments const& segments) {
  auto const is_before = [&](std::uint16_t one, std::uint16_t all) {
    auto const first = std::ranges::find(segments, one, &codec::MarkerSegment::code);
    return std::any_of(first, segments.end(), [&](auto const& each) { return each.code == all; });
  };
  namespace marker = codec::marker;
  return is_before(marker::kCoc, marker::kCod) || is_before(marker::kQcc, marker::kQcd);
}

/// What the parts of a tile say, as if it stood in one header.
struct TileSegments {
  Segments all;
  int parts_with_ppt = 0;
};

/// Headers that OpenJPEG reads otherwise than the standard has them (A.6.2, A.6.5, A.6.6, A.7.5):
/// it adds a tile's POC to the main header's, cuts the layers of POC to those that COD had told
/// until then, and counts PPT within a tile. And several layers of HT blocks: it does not know
/// refinement passes in a layer behind that of their cleanup pass.
bool does_library_differ(std::span<std::byte const> codestream, bool has_ht) {
  auto const header = codec::read_main_header(codestream);
  if (!header) return true;
  auto const parts = codec::list_tile_parts(codestream, *header);
  if (!parts) return true;
  std::map<std::uint16_t, TileSegments> tiles;
  for (codec::TilePart const& part : *parts) {
    TileSegments& tile = tiles[part.tile];
    tile.all.insert(tile.all.end(), part.segments.begin(), part.segments.end());
    tile.parts_with_ppt += has(part.segments, codec::marker::kPpt) ? 1 : 0;
  }
  bool differs = has_component_first(header->segments) || (has_ht && header->coding.layers > 1);
  bool has_poc = header->has_poc, has_tile_poc = false, has_tile_cod = false;
  for (auto const& [number, tile] : tiles) {
    codec::TileCoding coding = header->coding;
    bool const is_read =
        codec::read_tile_coding(codestream, tile.all, codec::Extensions::refused, coding)
            .has_value();
    differs = differs || !is_read || has_component_first(tile.all) || tile.parts_with_ppt > 1 ||
              (has_ht && coding.layers > 1);
    has_tile_poc = has_tile_poc || has(tile.all, codec::marker::kPoc);
    has_tile_cod = has_tile_cod || has(tile.all, codec::marker::kCod);
  }
  return differs || (has_poc && has_tile_poc) || ((has_poc || has_tile_poc) && has_tile_cod);
}

/// Where the fuzzer's first bytes say.
codec::FrameRegion region_in(codec::FrameRegion wish, SampleBlock const& whole) {
  codec::FrameRegion region;
  region.x = wish.x % whole.cols;
  region.y = wish.y % whole.rows;
  region.cols = wish.cols % (whole.cols - region.x) + 1;
  region.rows = wish.rows % (whole.rows - region.y) + 1;
  return region;
}

/// A region has the samples that it has in the whole.
void check_region(codec::DecodeRequest request, codec::FrameRegion wish, SampleBlock const& whole) {
  codec::FrameRegion const region = region_in(wish, whole);
  request.region = region;
  auto const part = codec::decode_htj2k(request, fuzz::kFuzzLimits);
  if (!part || part->block.rows != region.rows || part->block.cols != region.cols) std::abort();
  std::size_t const pixel = std::size_t{whole.samples} * whole.bits_allocated / 8;
  for (std::size_t row = 0; row < region.rows; ++row) {
    auto const* const expected =
        whole.bytes.data() + ((region.y + row) * whole.cols + region.x) * pixel;
    auto const* const given = part->block.bytes.data() + row * region.cols * pixel;
    if (std::memcmp(expected, given, region.cols * pixel) != 0) std::abort();
  }
}

}  // namespace

/// Our decoder of HTJ2K and of Part 1 against OpenJPEG: what OpenJPEG takes without a word has the
/// same values. (What it refuses, or takes with a warning, ours may still know: placeholder passes,
/// for one.)
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.encoding = codec::Encoding::htj2k;
  auto const info = codec::read_codestream_info(request.bytes);
  if (!info) return 0;
  PixelFormat& format = request.format;
  codec::FrameRegion const wish{format.rows & 0xff, format.cols & 0xff, format.rows >> 8,
                                format.cols >> 8};
  format.rows = info->rows;
  format.cols = info->cols;
  format.samples_per_pixel = info->components;
  format.bits_allocated = info->bits_per_sample > 16 ? 32 : (info->bits_per_sample > 8 ? 16 : 8);
  format.bits_stored = format.bits_allocated;
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  request.discard_levels %= info->decompositions + 1u;
  bool const is_whole = codec::ends_with_eoc(request.bytes);
  auto const plan = codec::plan_htj2k(request.bytes, true, request.discard_levels);
  auto const ours = codec::decode_htj2k(request, fuzz::kFuzzLimits);
  if (plan && ours && !ours->missing) check_region(request, wish, ours->block);
  if (!is_whole || !plan || (has_part_1_blocks(*plan) && has_carry(request.bytes))) return 0;
  if (has_region_of_interest(*plan) || does_library_differ(request.bytes, plan->is_ht)) return 0;
  // What ours refuses for its size or its disagreement with the data set is not the codec's matter.
  if (!ours && ours.error().code != Errc::corrupt) return 0;
  if (!ours && ours.error().detail != "JPEG 2000 code-blocks") return 0;
  auto const theirs = test::openjpeg_values(request.bytes, request.discard_levels);
  if (!theirs) return 0;
  if (!ours) std::abort();
  std::size_t const width = format.bits_allocated / 8u;
  if (ours->block.bytes.size() != theirs->size() * width) std::abort();
  for (std::size_t i = 0; i < theirs->size(); ++i) {
    if (std::memcmp(ours->block.bytes.data() + i * width, &(*theirs)[i], width) != 0) std::abort();
  }
  return 0;
}
