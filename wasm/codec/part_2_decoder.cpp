#include "codec/part_2_decoder.hpp"

#include <array>
#include <memory>
#include <vector>

#include "base/checked.hpp"
#include "codec/component_transform.hpp"
#include "codec/frame_shape.hpp"
#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/htj2k_rows.hpp"
#include "codec/j2k_decoder.hpp"
#include "codec/j2k_structure.hpp"
#include "codec/part_2_transform.hpp"

namespace sightline::codec {
namespace {

/// Multiplications of one frame: some seconds.
constexpr std::uint64_t kMostMultiplications = std::uint64_t{1} << 32;
/// As in the plan, which looks at the first component only.
constexpr unsigned kMostReversibleBits = 28, kMostIrreversibleBits = 16;

struct Job {
  Part2Header const& header;
  FrameShape shape;  ///< of the frame, reduced
  J2kStructure structure;
  std::vector<std::uint16_t> wanted;  ///< the component that each sample is
};

/// PS3.5 A.4.4: each frame is a component. Which components frames of several samples are, it does
/// not say.
Status choose_components(Job& job, Jp2Codestream const& codestream) {
  std::size_t const outputs = job.header.outputs.size();
  if (job.header.frame) {
    if (job.shape.samples != 1)
      return fail(Errc::unsupported, "several frames of colour in one codestream");
    if (*job.header.frame >= outputs) return fail(Errc::corrupt, "a frame without component");
    job.wanted = {static_cast<std::uint16_t>(*job.header.frame)};
  } else if (outputs > job.shape.samples) {
    return fail(Errc::unsupported, "several frames in one codestream (JPEG 2000 Part 2)");
  } else if (outputs != job.shape.samples) {
    return fail(Errc::corrupt, "codestream and data set differ in samples per pixel");
  } else if (job.shape.samples == 1) {
    job.wanted = {0};
  } else {
    for (std::uint8_t const each : codestream.component_of_sample) job.wanted.push_back(each);
  }
  for (std::uint16_t const each : job.wanted) {
    if (job.header.outputs[each].bits > 8 * job.shape.sample_bytes)
      return fail(Errc::corrupt, "codestream is deeper than bits allocated");
  }
  return {};
}

Result<Job> prepare(DecodeRequest const& request, Limits const& limits,
                    Jp2Codestream const& codestream, Part2Header const& header) {
  auto const shape = frame_shape(request.format, limits);
  if (!shape) return std::unexpected(shape.error());
  Job job{header, *shape, {}, {}};
  if (auto status = choose_components(job, codestream); !status)
    return std::unexpected(status.error());
  FrameShape all = *shape;
  all.samples = static_cast<std::uint16_t>(job.header.coded.size());
  all.sample_bytes = 4;
  auto const bytes = checked_product({all.rows, all.cols, all.samples, 4u});
  if (!bytes || *bytes > limits.max_frame_bytes)
    return fail(Errc::limit_exceeded, "the components of a codestream");
  all.values = *bytes / 4;
  all.bytes = *bytes;
  auto const structure = check_j2k(job.header.part_1, request, all, true);
  if (!structure) return std::unexpected(structure.error());
  job.structure = *structure;
  job.shape.rows = structure->rows;
  job.shape.cols = structure->cols;
  job.shape.values = std::uint64_t{job.shape.rows} * job.shape.cols * job.shape.samples;
  job.shape.bytes = job.shape.values * job.shape.sample_bytes;
  return job;
}

bool is_deeper_than(HtPlan const& plan, std::vector<ComponentSize> const& coded) {
  unsigned const most = plan.is_reversible ? kMostReversibleBits : kMostIrreversibleBits;
  for (ComponentSize const& each : coded)
    if (each.bits > most) return true;
  return false;
}

/// Rows of a tile, of the components that are needed.
template <class Wavelet>
class TileRows {
 public:
  using Sample = typename Wavelet::Sample;
  TileRows(HtTile const& tile, HtRowSource& source, ComponentUnmixer const& unmixer)
      : rows_(tile.components.size()) {
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      if (!unmixer.needs(c)) continue;
      rows_[c] = std::make_unique<HtResolutionRows<Wavelet>>(source, tile.components[c]);
    }
  }
  /// The next row; null where it is not needed.
  Sample const* next(std::size_t component) {
    return rows_[component] ? rows_[component]->next() : nullptr;
  }

 private:
  std::vector<std::unique_ptr<HtResolutionRows<Wavelet>>> rows_;
};

/// Values of components that no transform has mixed: annex G of Part 1 shifts their level.
template <class Sample>
void plain_values(ComponentSize component, Sample const* row, std::size_t count,
                  std::vector<std::int32_t>& values) {
  std::array<Sample const*, 1> const rows{row};
  std::array<std::int32_t*, 1> const out{values.data()};
  to_values({component.bits, component.is_signed, false}, rows, out, count);
}

template <class Wavelet>
void decode_tile(Job const& job, HtPlan const& plan, HtTile const& tile, HtRowSource& source,
                 SampleBlock& block) {
  ComponentUnmixer unmixer(job.header.stages, job.header.coded.size(), job.wanted);
  TileRows<Wavelet> rows(tile, source, unmixer);
  HtArea const area = tile.components.front().back().area;
  std::size_t const count = area.cols(), samples = job.wanted.size();
  std::size_t const components = job.header.coded.size();
  std::vector<std::vector<std::int32_t>> values(samples);
  std::vector<std::int32_t const*> ordered;
  for (auto& each : values) {
    each.resize(count + kRowMargin);
    ordered.push_back(each.data());
  }
  std::vector<typename Wavelet::Sample const*> pulled(components);
  for (std::uint32_t y = area.y0; y < area.y1; ++y) {
    for (std::size_t c = 0; c < components; ++c) pulled[c] = rows.next(c);
    if (source.has_failed) return;
    if (!job.header.stages.empty()) {
      for (std::size_t c = 0; c < components; ++c) {
        if (pulled[c] == nullptr) continue;
        auto const room = unmixer.input(c, count);
        for (std::size_t i = 0; i < count; ++i) room[i] = static_cast<double>(pulled[c][i]);
      }
      unmixer.apply(count);
    }
    for (std::size_t s = 0; s < samples; ++s) {
      std::uint16_t const component = job.wanted[s];
      if (job.header.stages.empty()) {
        plain_values(job.header.coded[component], pulled[component], count, values[s]);
        continue;
      }
      auto const row = unmixer.output(component);
      for (std::size_t i = 0; i < count; ++i)
        values[s][i] = to_component(row[i], job.header.outputs[component]);
    }
    std::size_t const first =
        std::size_t{y - plan.shown.y0} * block.cols + (area.x0 - plan.shown.x0);
    store_samples(ordered, count, block.bits_allocated / 8u,
                  block.bytes.data() + first * samples * (block.bits_allocated / 8u));
  }
}

bool lies_inside(HtPlan const& plan, FrameShape const& shape) {
  for (HtTile const& tile : plan.tiles) {
    for (auto const& component : tile.components) {
      HtArea const area = component.back().area, first = tile.components.front().back().area;
      if (area.x0 != first.x0 || area.x1 != first.x1 || area.y0 != first.y0 ||
          area.y1 != first.y1 || area.x0 < plan.shown.x0 || area.y0 < plan.shown.y0 ||
          area.x1 - plan.shown.x0 > shape.cols || area.y1 - plan.shown.y0 > shape.rows)
        return false;
    }
  }
  return true;
}

Result<DecodedFrame> decode_planned(Job const& job, HtPlan const& plan, PixelFormat const& format) {
  Errc const fault = job.structure.is_whole ? Errc::corrupt : Errc::truncated;
  if (!lies_inside(plan, job.shape)) return fail(Errc::corrupt, "tiles outside the image");
  DecodedFrame frame{make_block(job.shape, format.is_signed), false};
  frame.block_is_rgb = is_rgb_of_j2k(format, job.structure);
  HtBlockDecoder blocks;
  J2kBlockDecoder part_1_blocks;
  HtRowSource source{job.header.part_1, blocks, part_1_blocks, plan.is_ht, plan.block_style};
  for (HtTile const& tile : plan.tiles) {
    if (plan.is_reversible) {
      decode_tile<InverseWavelet53>(job, plan, tile, source, frame.block);
    } else {
      decode_tile<InverseWavelet97>(job, plan, tile, source, frame.block);
    }
    if (source.has_failed) return fail(fault, "JPEG 2000 code-block");
  }
  return frame;
}

}  // namespace

Result<DecodedFrame> decode_part_2(DecodeRequest const& request, Limits const& limits,
                                   Jp2Codestream const& codestream, Part2Header const& header) {
  auto const job = prepare(request, limits, codestream, header);
  if (!job) return std::unexpected(job.error());
  // RCT and ICT mix the first three components: those of one frame are no frames.
  if (job->structure.uses_mct) return fail(Errc::unsupported, "frames mixed by a colour transform");
  bool const is_mixed = !header.stages.empty();
  auto const by_library = [&]() -> Result<DecodedFrame> {
    if (is_mixed) return fail(Errc::unsupported, "components that are mixed, of such a coding");
    return decode_j2k_component(request, job->shape, header.part_1, job->structure,
                                job->wanted.front());
  };
  bool const is_cut = request.discard_levels == 0 && job->structure.is_cut;
  if (is_cut && is_mixed) return fail(Errc::truncated, "components that others need");
  if (is_cut || (request.by_library && !is_mixed)) return by_library();
  ComponentUnmixer const unmixer(header.stages, header.coded.size(), job->wanted);
  auto const cost = checked_product({unmixer.cost(), job->shape.rows, job->shape.cols});
  if (!cost || *cost > kMostMultiplications)
    return fail(Errc::limit_exceeded, "transforms over components");
  auto const plan = plan_htj2k(header.part_1, job->structure.is_whole, request.discard_levels);
  if (!plan || is_deeper_than(*plan, header.coded)) return by_library();
  return decode_planned(*job, *plan, request.format);
}

}  // namespace sightline::codec
