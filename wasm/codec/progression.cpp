#include "codec/progression.hpp"

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint8_t kLastOrder = 4;  // CPRL

std::optional<Progression> read_progression(ByteReader& in, bool has_wide_components) {
  auto const component = [&]() -> std::uint16_t {
    return has_wide_components ? in.u16_be() : in.u8();
  };
  Progression run;
  run.first_resolution = in.u8();
  run.first_component = component();
  run.end_layer = in.u16_be();
  run.end_resolution = in.u8();
  run.end_component = component();
  if (run.end_component == 0) run.end_component = has_wide_components ? 16384 : 256;
  run.order = in.u8();
  bool const is_good = !in.failed() && run.first_resolution < run.end_resolution &&
                       run.first_component < run.end_component && run.end_layer > 0 &&
                       run.order <= kLastOrder;
  return is_good ? std::optional(run) : std::nullopt;
}

}  // namespace

bool read_progressions(std::span<std::byte const> codestream,
                       std::span<MainHeader::Segment const> segments, std::size_t components,
                       std::vector<Progression>& progressions) {
  for (MainHeader::Segment const& segment : segments) {
    if (segment.code != marker::kPoc) continue;
    ByteReader in(codestream.subspan(segment.offset_bytes + 4, segment.length_bytes - 4));
    do {
      auto const run = read_progression(in, components > 256);
      if (!run || progressions.size() == kMostProgressions) return false;
      progressions.push_back(*run);
    } while (!in.at_end());
  }
  return true;
}

}  // namespace sightline::codec
