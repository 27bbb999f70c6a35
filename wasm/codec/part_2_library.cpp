#include "codec/part_2_library.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "codec/component_transform.hpp"
#include "codec/j2k_decoder.hpp"

namespace sightline::codec {
namespace {

/// The library holds all samples of the components that are decoded, of 32 bits.
constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 27;

bool wants_rct(Part2Job const& job) {
  if (job.wants_rct(job.header.mix)) return true;
  for (auto const& [tile, mix] : job.header.mix_of_tile)
    if (job.wants_rct(mix)) return true;
  return false;
}

/// The components to be decoded; none: all of them, RCT and ICT undone.
std::vector<std::uint32_t> components_of(Part2Job const& job) {
  if (wants_rct(job)) return {};
  std::vector<bool> needed(job.header.coded.size());
  for (std::uint16_t const each : job.wanted) needed[each] = true;
  std::vector<std::uint32_t> components;
  for (std::size_t c = 0; c < needed.size(); ++c)
    if (needed[c]) components.push_back(static_cast<std::uint32_t>(c));
  return components;
}

void store(Part2Job const& job, J2kPlanes const& planes, SampleBlock& block) {
  std::vector<std::int32_t const*> rows(job.wanted.size());
  unsigned const bytes = block.bits_allocated / 8u;
  for (std::size_t y = 0; y < block.rows; ++y) {
    for (std::size_t s = 0; s < rows.size(); ++s)
      rows[s] = planes.values[job.wanted[s]].data() + y * block.cols;
    store_samples(rows, block.cols, bytes,
                  block.bytes.data() + y * block.cols * rows.size() * bytes);
  }
}

}  // namespace

Result<DecodedFrame> decode_part_2_by_library(DecodeRequest const& request, Part2Job const& job) {
  auto const components = components_of(job);
  std::size_t const decoded = components.empty() ? job.header.coded.size() : components.size();
  auto const samples = checked_product({job.shape.rows, job.shape.cols, decoded});
  // one alone is a frame, whose bytes have a bound of their own
  if (!samples || (decoded > job.wanted.size() && *samples > kMostSamples))
    return fail(Errc::limit_exceeded, "components that are decoded at once");
  auto planes = decode_j2k_planes(request, job.codestream, job.structure, components);
  if (!planes) return std::unexpected(planes.error());
  planes->values.resize(job.header.coded.size());
  DecodedFrame frame = job.make_frame();
  if (planes->missing) {
    std::string step = frame.missing ? std::move(frame.missing->step) : std::string();
    frame.missing = std::move(planes->missing);
    frame.missing->step = std::move(step);
  }
  store(job, *planes, frame.block);
  return frame;
}

}  // namespace sightline::codec
