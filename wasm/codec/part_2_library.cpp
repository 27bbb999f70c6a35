#include "codec/part_2_library.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "codec/component_transform.hpp"
#include "codec/j2k_decoder.hpp"
#include "codec/part_2_transform.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/resolution_axis.hpp"

namespace sightline::codec {
namespace {

/// The library holds all samples of the components that are decoded, of 32 bits.
constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 27;

/// Of the reduced image, from its first sample on.
struct Area {
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// A part of the image and what has been done over its components.
struct MixedArea {
  Area area;
  ComponentMix const* mix = nullptr;
};

Result<std::vector<MixedArea>> areas_of(DecodeRequest const& request, Part2Job const& job) {
  Area const whole{0, 0, job.shape.cols, job.shape.rows};
  if (job.header.mix_of_tile.empty()) return std::vector{MixedArea{whole, &job.header.mix}};
  auto const main = read_main_header(job.header.part_1);
  if (!main) return std::unexpected(main.error());
  auto const reduced = [&](std::uint32_t edge) {
    return static_cast<std::size_t>(ceil_shift(edge, request.discard_levels));
  };
  std::size_t const x0 = reduced(main->x0), y0 = reduced(main->y0);
  std::vector<MixedArea> areas;
  for (std::uint32_t t = 0; t < main->tiles; ++t) {
    auto const tile = tile_area(*main, t);
    areas.push_back({{reduced(tile[0]) - x0, reduced(tile[1]) - y0,
                      std::min<std::size_t>(reduced(tile[2]) - x0, whole.x1),
                      std::min<std::size_t>(reduced(tile[3]) - y0, whole.y1)},
                     &job.header.mix_of(t)});
  }
  return areas;
}

/// The components to be decoded; none: all of them, RCT and ICT undone.
std::vector<std::uint32_t> components_of(Part2Job const& job, std::vector<MixedArea> const& areas) {
  std::vector<bool> needed(job.header.coded.size());
  for (MixedArea const& each : areas) {
    if (job.wants_rct(*each.mix)) return {};
    ComponentUnmixer const unmixer(each.mix->stages, needed.size(), job.wanted);
    for (std::size_t c = 0; c < needed.size(); ++c) needed[c] = needed[c] || unmixer.needs(c);
  }
  std::vector<std::uint32_t> components;
  for (std::size_t c = 0; c < needed.size(); ++c)
    if (needed[c]) components.push_back(static_cast<std::uint32_t>(c));
  return components;
}

/// The transform's inputs have no level: Part 1 has added it to unsigned ones.
double level_of(ComponentSize component) {
  return component.is_signed ? 0 : std::ldexp(1.0, component.bits - 1);
}

class AreaRows {
 public:
  AreaRows(Part2Job const& job, J2kPlanes const& planes, MixedArea const& mixed)
      : job_(job),
        planes_(planes),
        mixed_(mixed),
        unmixer_(mixed.mix->stages, job.header.coded.size(), job.wanted),
        room_(job.wanted.size(), std::vector<std::int32_t>(count())) {}

  void store(std::size_t y, SampleBlock& block) {
    std::vector<std::int32_t const*> rows;
    if (!mixed_.mix->stages.empty()) unmix(y);
    for (std::size_t s = 0; s < room_.size(); ++s)
      rows.push_back(mixed_.mix->stages.empty() ? row(job_.wanted[s], y) : room_[s].data());
    std::size_t const bytes = block.bits_allocated / 8u;
    std::size_t const first = y * block.cols + mixed_.area.x0;
    store_samples(rows, count(), static_cast<unsigned>(bytes),
                  block.bytes.data() + first * rows.size() * bytes);
  }

 private:
  [[nodiscard]] std::size_t count() const { return mixed_.area.x1 - mixed_.area.x0; }
  [[nodiscard]] std::int32_t const* row(std::size_t component, std::size_t y) const {
    return planes_.values[component].data() + y * job_.shape.cols + mixed_.area.x0;
  }
  void unmix(std::size_t y) {
    for (std::size_t c = 0; c < job_.header.coded.size(); ++c) {
      if (!unmixer_.needs(c)) continue;
      auto const input = unmixer_.input(c, count());
      double const level = level_of(job_.header.coded[c]);
      std::int32_t const* const values = row(c, y);
      for (std::size_t i = 0; i < input.size(); ++i) input[i] = values[i] - level;
    }
    unmixer_.apply(count());
    for (std::size_t s = 0; s < room_.size(); ++s) {
      auto const output = unmixer_.output(job_.wanted[s]);
      for (std::size_t i = 0; i < output.size(); ++i)
        room_[s][i] = to_component(output[i], job_.header.outputs[job_.wanted[s]]);
    }
  }

  Part2Job const& job_;
  J2kPlanes const& planes_;
  MixedArea const& mixed_;
  ComponentUnmixer unmixer_;
  std::vector<std::vector<std::int32_t>> room_;
};

}  // namespace

Result<DecodedFrame> decode_part_2_by_library(DecodeRequest const& request, Part2Job const& job) {
  auto const areas = areas_of(request, job);
  if (!areas) return std::unexpected(areas.error());
  auto const components = components_of(job, *areas);
  std::size_t const decoded = components.empty() ? job.header.coded.size() : components.size();
  auto const samples = checked_product({job.shape.rows, job.shape.cols, decoded});
  // one alone is a frame, whose bytes have a bound of their own
  if (!samples || (decoded > job.wanted.size() && *samples > kMostSamples))
    return fail(Errc::limit_exceeded, "components that are decoded at once");
  auto planes = decode_j2k_planes(request, job.header.part_1, job.structure, components);
  if (!planes) return std::unexpected(planes.error());
  planes->values.resize(job.header.coded.size());
  DecodedFrame frame = job.make_frame();
  if (planes->missing) {
    std::string step = frame.missing ? std::move(frame.missing->step) : std::string();
    frame.missing = std::move(planes->missing);
    frame.missing->step = std::move(step);
  }
  for (MixedArea const& each : *areas) {
    if (each.area.x0 >= each.area.x1) continue;
    AreaRows rows(job, *planes, each);
    for (std::size_t y = each.area.y0; y < each.area.y1; ++y) rows.store(y, frame.block);
  }
  return frame;
}

}  // namespace sightline::codec
