#include "codec/codestream.hpp"

#include "base/limits.hpp"
#include "codec/main_header.hpp"

namespace sightline::codec {

Result<CodestreamInfo> read_codestream_info(std::span<std::byte const> bytes) {
  auto const header = read_main_header(bytes);
  if (!header) return std::unexpected(header.error());
  CodestreamInfo info;
  info.cols = header->x1 - header->x0;
  info.rows = header->y1 - header->y0;
  if (info.rows > kDefaultLimits.max_rows || info.cols > kDefaultLimits.max_cols) {
    return fail(Errc::limit_exceeded, "codestream is larger than a DICOM frame can be");
  }
  info.components = static_cast<std::uint16_t>(header->components.size());
  info.bits_per_sample = header->components.front().bits;
  info.is_signed = header->components.front().is_signed;
  info.is_ht = header->is_ht;
  info.is_reversible = header->coding.is_reversible();
  info.decompositions = static_cast<std::uint8_t>(header->coding.fewest_decompositions());
  info.progression = header->coding.progression;
  info.tiles = header->tiles;
  return info;
}

}  // namespace sightline::codec
