#include "codec/part_2_header.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/frame_mark.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

using namespace part_2_marker;

constexpr std::uint16_t kExtensions = 0x8000;   // Rsiz
constexpr std::size_t kRsizAt = 6, kMctAt = 4;  // behind SOC; in COD's body

/// SGcod, where the segment is a COD that has it.
std::optional<std::uint8_t> transforms_of(std::uint16_t code, std::span<std::byte const> body) {
  if (code != marker::kCod || body.size() <= kMctAt) return std::nullopt;
  return std::to_integer<std::uint8_t>(body[kMctAt]);
}

/// What the tile-part headers of one tile say.
struct TileHeader {
  TransformSegments segments;
  bool has_segments = false;
  std::optional<std::uint8_t> mct;
};

struct Reading {
  Part2Header header;
  TransformSegments segments;
  std::optional<std::span<std::byte const>> depths;
  std::uint8_t mct = 0;
  std::map<std::uint32_t, TileHeader> tiles;
};

void leave(Part2Header& header, Errc code, std::string what) {
  if (!header.left) header.left = Error{code, 0, std::move(what)};
}

/// A segment that no component is decoded with: what it says.
Status read_skipped(std::uint16_t code, Part2Header& header) {
  if (is_wavelet(code))
    return fail(Errc::unsupported,
                "other wavelets or decompositions than those of JPEG 2000 Part 1");
  if (code == kDco) leave(header, Errc::unsupported, "values without their DC offsets (DCO)");
  if (code == kVms) leave(header, Errc::unsupported, "values under visual masking (VMS)");
  if (code == kNlt) leave(header, Errc::unsupported, "values before their non-linearity (NLT)");
  return {};
}

/// A.3.6: one depth for each component that comes out, or one for all.
Result<std::vector<ComponentSize>> read_depths(Reading const& reading, std::size_t outputs) {
  auto const& coded = reading.header.coded;
  if (!reading.depths) {
    if (outputs == coded.size()) return coded;
    return fail(Errc::corrupt, "components without depth");
  }
  std::vector<ComponentSize> sizes;
  ByteReader in(*reading.depths);
  unsigned const stated = in.u16_be();
  bool const is_same = (stated & 0x8000) != 0;
  if ((stated & 0x7fff) != outputs) return fail(Errc::corrupt, "CBD: number of components");
  std::uint8_t depth = 0;
  for (std::size_t i = 0; i < outputs; ++i) {
    if (i == 0 || !is_same) depth = in.u8();
    sizes.push_back({static_cast<std::uint8_t>((depth & 0x7f) + 1), (depth & 0x80) != 0});
    if (sizes.back().bits > 32) return fail(Errc::unsupported, "CBD: more than 32 bits");
  }
  if (in.failed()) return fail(Errc::corrupt, "CBD is too short");
  return sizes;
}

Status read_siz(ByteReader& in, Part2Header& header) {
  in.skip(2 + 8 * 4);
  unsigned const components = in.u16_be();
  if (in.failed() || components == 0) return fail(Errc::corrupt, "SIZ is too short");
  if (components > kMaxPart2Components) return fail(Errc::limit_exceeded, "SIZ: many components");
  for (unsigned i = 0; i < components; ++i) {
    std::uint8_t const depth = in.u8();
    in.skip(2);
    header.coded.push_back({static_cast<std::uint8_t>((depth & 0x7f) + 1), (depth & 0x80) != 0});
  }
  return in.failed() ? fail(Errc::corrupt, "SIZ is too short") : Status{};
}

Status read_segment(std::uint16_t code, std::span<std::byte const> body, Reading& reading) {
  ByteReader in(body);
  if (code == marker::kSiz) return read_siz(in, reading.header);
  if (is_transform(code)) reading.segments.add(code, body);
  if (code == kCbd) reading.depths = body;
  if (auto const mct = transforms_of(code, body)) reading.mct = *mct;
  return read_skipped(code, reading.header);
}

Status read_main(std::span<std::byte const> codestream, Reading& reading) {
  ByteReader in(codestream);
  in.skip(2);
  while (true) {
    std::size_t const offset = in.position();
    std::uint16_t const code = in.u16_be();
    if (in.failed()) return fail(Errc::truncated, "main header", offset);
    if (code == marker::kSot) return {};
    std::uint16_t const length = in.u16_be();
    auto const body = in.bytes(std::max<unsigned>(length, 2) - 2);
    if (in.failed()) return fail(Errc::truncated, "main header", offset);
    if (reading.header.coded.empty() != (code == marker::kSiz))
      return fail(Errc::corrupt, "main header does not begin with one SIZ", offset);
    if (auto status = read_segment(code, body, reading); !status)
      return fail(status.error().code, status.error().detail, offset);
  }
}

/// Headers that cannot be read are check_j2k's to refuse.
Status read_tiles(std::span<std::byte const> codestream, Reading& reading) {
  auto const main = read_main_header(codestream, Extensions::passed_over);
  if (!main) return {};
  auto const parts = list_tile_parts(codestream, *main);
  if (!parts) return {};
  for (TilePart const& part : *parts) {
    for (auto const& each : part.segments) {
      auto const body = each.body(codestream);
      if (auto status = read_skipped(each.code, reading.header); !status) return status;
      if (auto const mct = transforms_of(each.code, body)) reading.tiles[part.tile].mct = *mct;
      if (!is_transform(each.code)) continue;
      reading.tiles[part.tile].has_segments = true;
      reading.tiles[part.tile].segments.add(each.code, body);
    }
  }
  return {};
}

Status add_stages(Reading const& reading, std::uint8_t mct, TileHeader const* tile,
                  std::size_t& coefficients, ComponentMix& mix) {
  bool const orders = tile == nullptr ? reading.segments.orders_any() : tile->segments.orders_any();
  if (!announces_stages(mct)) {
    if (orders) return fail(Errc::corrupt, "MCO: transforms that COD does not announce");
    return {};
  }
  if ((mct & kPart1Mct) != 0) return fail(Errc::corrupt, "COD: transforms of both parts");
  std::array const scopes = {tile == nullptr ? &reading.segments : &tile->segments,
                             &reading.segments};
  auto stages = read_stages(std::span(scopes).last(tile == nullptr ? 1 : 2),
                            reading.header.coded.size(), coefficients);
  if (!stages) return std::unexpected(stages.error());
  mix.stages = std::move(*stages);
  return {};
}

std::size_t outputs_of(ComponentMix const& mix, std::size_t coded) {
  return mix.stages.empty() ? coded : mix.stages.back().outputs;
}

/// What is done over the components of every tile; a failure is of all.
Status read_mixes(Reading& reading) {
  Part2Header& header = reading.header;
  std::size_t const coded = header.coded.size();
  std::size_t coefficients = 0;
  if (auto status = add_stages(reading, reading.mct, nullptr, coefficients, header.mix); !status)
    return status;
  std::size_t const outputs = outputs_of(header.mix, coded);
  for (auto const& [number, tile] : reading.tiles) {
    auto const found = header.mix_of_tile.find(number);
    if (found == header.mix_of_tile.end()) continue;
    std::uint8_t const mct = tile.mct.value_or(reading.mct);
    if (auto status = add_stages(reading, mct, &tile, coefficients, found->second); !status)
      return status;
    if (outputs_of(found->second, coded) != outputs)
      return fail(Errc::unsupported, "tiles of different numbers of components");
  }
  auto depths = read_depths(reading, outputs);
  if (!depths) return std::unexpected(depths.error());
  header.outputs = std::move(*depths);
  return {};
}

/// RCT and ICT are undone, whatever becomes of the others.
void begin_mixes(Reading& reading) {
  Part2Header& header = reading.header;
  bool const has_three = header.coded.size() >= 3;
  header.mix.uses_rct = has_three && reading.mct == kPart1Mct;
  for (auto const& [number, tile] : reading.tiles) {
    std::uint8_t const mct = tile.mct.value_or(reading.mct);
    if (!tile.has_segments && mct == reading.mct) continue;
    header.mix_of_tile[number].uses_rct = has_three && mct == kPart1Mct;
  }
}

}  // namespace

ComponentMix const& Part2Header::mix_of(std::uint32_t tile) const {
  auto const found = mix_of_tile.find(tile);
  return found == mix_of_tile.end() ? mix : found->second;
}
bool Part2Header::has_stages() const {
  return !mix.stages.empty() || std::ranges::any_of(mix_of_tile, [](auto const& each) {
    return !each.second.stages.empty();
  });
}
void Part2Header::leave_stages(Error const& why) {
  // over what else lacks, which comes after it
  left =
      Error{why.code, 0, "components before their multi-component transform (" + why.detail + ")"};
  mix.stages.clear();
  for (auto& [number, each] : mix_of_tile) each.stages.clear();
  outputs = coded;
}

bool is_part_2(std::span<std::byte const> codestream) {
  ByteReader in(codestream);
  in.skip(kRsizAt);
  if ((in.u16_be() & kExtensions) != 0 || marked_frame(codestream)) return true;
  in.seek(2);
  while (true) {
    std::uint16_t const code = in.u16_be(), length = in.u16_be();
    if (in.failed() || code < 0xff00 || code == marker::kSot || length < 2) return false;
    if (is_multi_component(code)) return true;
    in.skip(length - 2u);
  }
}

Result<Part2Header> read_part_2_header(std::span<std::byte const> codestream) {
  Reading reading;
  Part2Header& header = reading.header;
  header.frame = marked_frame(codestream);
  if (auto status = read_main(codestream, reading); !status) return std::unexpected(status.error());
  if (auto status = read_tiles(codestream, reading); !status)
    return std::unexpected(status.error());
  begin_mixes(reading);
  if (auto const status = read_mixes(reading); !status) header.leave_stages(status.error());
  return std::move(reading.header);
}

}  // namespace sightline::codec
