#include "codec/part_2_job.hpp"

#include <algorithm>
#include <utility>

#include "base/checked.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint16_t kRctComponents = 3;

/// PS3.5 A.4.4: each frame is a component. Of frames of several samples it does not say which: they
/// are taken as the samples of a pixel are, one frame after the other.
Status choose_components(Part2Job& job, Jp2Codestream const& codestream) {
  std::size_t const outputs = job.header.outputs.size(), samples = job.shape.samples;
  if (job.header.frame) {
    std::uint64_t const first = std::uint64_t{*job.header.frame} * samples;
    if (first + samples > outputs) {
      if (job.header.left)
        return fail(job.header.left->code, "a frame that only a transform makes");
      return fail(Errc::corrupt, "a frame without component");
    }
    for (std::size_t s = 0; s < samples; ++s)
      job.wanted.push_back(static_cast<std::uint16_t>(first + s));
  } else if (outputs > samples) {
    return fail(Errc::unsupported, "several frames in one codestream (JPEG 2000 Part 2)");
  } else if (outputs != samples) {
    return fail(Errc::corrupt, "codestream and data set differ in samples per pixel");
  } else if (samples == 1) {
    job.wanted = {0};
  } else {
    for (std::uint8_t const each : codestream.component_of_sample) job.wanted.push_back(each);
  }
  return {};
}

/// Values that lack a step are those of their component, whatever the data set says of the frame's.
Status choose_samples(Part2Job& job) {
  auto const& sizes = job.header.outputs;
  if (job.header.left)
    job.is_signed = std::ranges::any_of(job.wanted, [&](auto c) { return sizes[c].is_signed; });
  for (std::uint16_t const each : job.wanted) {
    unsigned const bits = sizes[each].bits;
    if (job.header.left) {
      unsigned const needed = bits + (job.is_signed && !sizes[each].is_signed ? 1 : 0);
      if (needed > 32) return fail(Errc::unsupported, "components of more than 32 bits");
      unsigned const bytes = needed > 16 ? 4 : needed > 8 ? 2 : 1;
      job.shape.sample_bytes = std::max(job.shape.sample_bytes, static_cast<std::uint16_t>(bytes));
    } else if (bits > 8u * job.shape.sample_bytes) {
      return fail(Errc::corrupt, "codestream is deeper than bits allocated");
    }
  }
  return {};
}

Result<J2kStructure> check_components(DecodeRequest const& request, Limits const& limits,
                                      Part2Job const& job) {
  FrameShape all = job.shape;
  all.samples = static_cast<std::uint16_t>(job.header.coded.size());
  all.sample_bytes = 4;
  auto const bytes = checked_product({all.rows, all.cols, all.samples, 4u});
  if (!bytes || *bytes > limits.max_frame_bytes)
    return fail(Errc::limit_exceeded, "the components of a codestream");
  all.values = *bytes / 4;
  all.bytes = *bytes;
  return check_j2k(job.codestream, request, all, Extensions::passed_over, true);
}

}  // namespace

ComponentWeights const& Part2Job::weights_of(std::uint32_t tile) const {
  auto const found = weights_of_tile.find(tile);
  return found == weights_of_tile.end() ? weights : found->second;
}
bool Part2Job::wants_rct_components() const {
  return std::ranges::any_of(wanted, [](auto c) { return c < kRctComponents; });
}
bool Part2Job::wants_rct(ComponentMix const& mix) const {
  return mix.uses_rct && wants_rct_components();
}

DecodedFrame Part2Job::make_frame() const {
  DecodedFrame frame{make_block(shape, is_signed), is_rgb};
  if (header.left) frame.missing = MissingPart{header.left->code, 0, header.left->detail};
  return frame;
}

Result<Part2Job> prepare_part_2(DecodeRequest const& request, Limits const& limits,
                                Jp2Codestream const& codestream, Part2Header const& header) {
  PixelFormat const& format = request.format;
  auto const shape = frame_shape(format, limits);
  if (!shape) return std::unexpected(shape.error());
  Part2Job job{header, codestream.bytes, *shape, format.is_signed, false, {}, {}, {}, {}};
  if (auto status = choose_components(job, codestream); !status)
    return std::unexpected(status.error());
  if (auto status = choose_samples(job); !status) return std::unexpected(status.error());
  job.weights = ComponentWeights(header.mix.stages, header.coded, job.wanted);
  for (auto const& [tile, mix] : header.mix_of_tile)
    job.weights_of_tile.emplace(tile, ComponentWeights(mix.stages, header.coded, job.wanted));
  auto const structure = check_components(request, limits, job);
  if (!structure) return std::unexpected(structure.error());
  job.structure = *structure;
  job.is_rgb =
      shape->samples == 3 && (job.wants_rct(header.mix) || is_rgb_when_decoded(format.photometric));
  job.shape.rows = structure->rows;
  job.shape.cols = structure->cols;
  job.shape.values = std::uint64_t{job.shape.rows} * job.shape.cols * job.shape.samples;
  job.shape.bytes = job.shape.values * job.shape.sample_bytes;
  return job;
}

}  // namespace sightline::codec
