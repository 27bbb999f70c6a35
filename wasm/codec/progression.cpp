#include "codec/progression.hpp"

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint8_t kLastOrder = 4;  // CPRL

Progression read_progression(ByteReader& in, bool has_wide_components) {
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
  return run;
}

bool sends_any(Progression const& run) {
  return run.first_resolution < run.end_resolution && run.first_component < run.end_component &&
         run.end_layer > 0 && run.order <= kLastOrder;
}

}  // namespace

bool read_progressions(std::span<std::byte const> codestream,
                       std::span<MainHeader::Segment const> segments, std::size_t components,
                       Progressions& progressions) {
  for (MainHeader::Segment const& segment : segments) {
    if (segment.code != marker::kPoc) continue;
    progressions.has_any = true;
    ByteReader in(segment.body(codestream));
    do {
      auto const run = read_progression(in, components > 256);
      if (in.failed()) return false;
      if (sends_any(run)) progressions.runs.push_back(run);
    } while (!in.at_end());
  }
  return true;
}

}  // namespace sightline::codec
