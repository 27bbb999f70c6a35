#include "codec/tile_coding.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

/// The SPcod / SPcoc parameters. Table A.20.
Result<CodingStyle> read_style(ByteReader& in, bool has_precincts) {
  CodingStyle style;
  style.decompositions = in.u8();
  std::uint8_t const width = in.u8();
  std::uint8_t const height = in.u8();
  style.block_style = in.u8();
  std::uint8_t const transform = in.u8();
  if (in.failed()) return fail(Errc::corrupt, "coding style is too short");
  // Table A.18: exponents 2 to 10, their sum at most 12.
  if (style.decompositions > kMaxDecompositions || width > 8 || height > 8 || width + height > 8 ||
      transform > 1) {
    return fail(Errc::corrupt, "coding style out of range");
  }
  style.block_width_exponent = static_cast<std::uint8_t>(width + 2);
  style.block_height_exponent = static_cast<std::uint8_t>(height + 2);
  style.is_reversible = transform == 1;
  for (unsigned r = 0; r <= style.decompositions; ++r) {
    std::uint8_t const size = has_precincts ? in.u8() : 0xff;
    style.precinct_width_exponent[r] = size & 15;
    style.precinct_height_exponent[r] = size >> 4;
    // Table A.21: 0 only at the lowest resolution, where the LL band is not halved.
    if (in.failed() || (r > 0 && ((size & 15) == 0 || size >> 4 == 0))) {
      return fail(Errc::corrupt, "precinct size out of range");
    }
  }
  return style;
}

/// A.6.1: what it says of all components, and their style.
Result<CodingStyle> read_cod(ByteReader in, Extensions extensions, TileCoding& coding) {
  std::uint8_t const flags = in.u8();
  coding.allows_sop = (flags & 2) != 0;
  coding.uses_eph = (flags & 4) != 0;
  coding.progression = in.u8();
  coding.layers = in.u16_be();
  std::uint8_t mct = in.u8();
  // Part 2, A.2.3: bit 1 announces a decorrelation by matrices, bit 2 by wavelets.
  if (extensions == Extensions::passed_over && announces_stages(mct)) mct = 0;
  if (extensions == Extensions::refused && announces_stages(mct))
    return fail(Errc::unsupported, "components mixed by a transform of JPEG 2000 Part 2");
  if (in.failed() || coding.progression > 4 || coding.layers == 0 || announces_stages(mct)) {
    return fail(Errc::corrupt, "COD out of range");
  }
  coding.uses_mct = mct == kPart1Mct;
  return read_style(in, (flags & 1) != 0);
}

struct ComponentStyle {
  std::size_t component = 0;
  CodingStyle style;
};

/// A.6.2.
Result<ComponentStyle> read_coc(ByteReader in, std::size_t components) {
  std::size_t const component = components < 257 ? in.u8() : in.u16_be();
  std::uint8_t const flags = in.u8();
  if (in.failed() || component >= components) return fail(Errc::corrupt, "COC out of range");
  auto style = read_style(in, (flags & 1) != 0);
  if (!style) return std::unexpected(style.error());
  return ComponentStyle{component, *style};
}

std::unexpected<Error> failed_at(MarkerSegment const& segment, Error const& error) {
  return fail(error.code, error.detail, segment.offset_bytes);
}

}  // namespace

bool TileCoding::is_reversible() const {
  return std::ranges::all_of(styles, &CodingStyle::is_reversible);
}

unsigned TileCoding::fewest_decompositions() const {
  return std::ranges::min_element(styles, {}, &CodingStyle::decompositions)->decompositions;
}

Result<CodingStyle> read_coding_style(MarkerSegment const& segment,
                                      std::span<std::byte const> codestream, std::size_t components,
                                      Extensions extensions, TileCoding& coding) {
  ByteReader const in(segment.body(codestream));
  if (segment.code == marker::kCod) return read_cod(in, extensions, coding);
  auto style = read_coc(in, components);
  if (!style) return std::unexpected(style.error());
  return style->style;
}

Status read_tile_coding(std::span<std::byte const> codestream,
                        std::span<MarkerSegment const> segments, Extensions extensions,
                        TileCoding& coding) {
  for (MarkerSegment const& segment : segments) {
    if (segment.code != marker::kCod) continue;
    auto const style = read_cod(ByteReader(segment.body(codestream)), extensions, coding);
    if (!style) return failed_at(segment, style.error());
    std::ranges::fill(coding.styles, *style);
  }
  for (MarkerSegment const& segment : segments) {
    if (segment.code != marker::kCoc) continue;
    auto const own = read_coc(ByteReader(segment.body(codestream)), coding.styles.size());
    if (!own) return failed_at(segment, own.error());
    coding.styles[own->component] = own->style;
  }
  return {};
}

}  // namespace sightline::codec
